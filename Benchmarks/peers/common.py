"""What the peers share: columns, pages, a stopwatch."""
import glob
import json
import os
import time

COLUMNS = [
    "duration", "is_buy_order", "issued", "location_id", "min_volume", "order_id", "price", "range", "system_id",
    "type_id", "volume_remain", "volume_total",
]
OTHERS = [column for column in COLUMNS if column != "order_id"]


def rows(folder):
    for path in sorted(glob.glob(folder + "/*.json")):
        with open(path, "rb") as page:
            yield from json.loads(page.read())


def remove(path):
    for name in (path, path + "-wal", path + "-shm", path + ".wal"):
        if os.path.exists(name):
            os.remove(name)


class Stopwatch:
    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def mark(self, name):
        wall, cpu = time.perf_counter(), time.process_time()
        print("#%s=%.3f\n#%s_cpu=%.3f" % (name, (wall - self.wall) * 1000, name, (cpu - self.cpu) * 1000))
        self.wall, self.cpu = time.perf_counter(), time.process_time()
