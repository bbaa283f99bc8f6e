"""Look-ups in histories of daily snapshots, beside DuckDB and the sqlite3 shell; used by run.py."""
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SNAPSHOTS = 30
# In the midst of the snapshots that generate.py writes, between two of them.
MOMENT = 1735689600 + 15 * 86400 + 14400
NAMES = ["asof_type", "trend", "outbid", "outbid_past", "outbid_rule", "outbid_rule_past"]


class History:
    """The same versions in a warehouse and in DuckDB."""

    def __init__(self, scratch, orders):
        self.folder = "%s/history-%d" % (scratch, orders)
        self.ours, self.duck = self.folder + "/warehouse.sqlite", self.folder + "/duck.db"
        self.measure, self.python = scratch + "/release/measure", scratch + "/venv/bin/python"
        self.results = {"esiwh": [], "DuckDB": [], "sqlite3 shell": []}
        if not os.path.exists(self.folder + "/versions.tsv"):
            print("writing a history of %d orders" % orders, file=sys.stderr)
            subprocess.run([sys.executable, HERE + "/generate.py", "history", self.folder, str(orders), str(SNAPSHOTS)], check=True)
        for path in (self.ours, self.ours + "-wal", self.ours + "-shm", self.duck):
            if os.path.exists(path):
                os.remove(path)
        print("filling it in", file=sys.stderr)
        subprocess.run([self.measure, "history", self.ours, self.folder + "/versions.tsv"], check=True)
        self.run_duck("fill")
        with open(self.folder + "/versions.tsv") as versions:
            self.versions = sum(1 for _ in versions)

    def run_duck(self, step):
        command = [self.python, HERE + "/peers/duck_queries.py", step, self.duck, self.folder, str(MOMENT)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def ask(self):
        commands = {
            "esiwh": [self.measure, "queries", self.ours, self.folder, str(MOMENT)],
            "sqlite3 shell": [sys.executable, HERE + "/peers/shell_queries.py", self.ours, self.folder, str(MOMENT)],
        }
        for name in self.results:
            if name in commands:
                out = subprocess.run(commands[name], check=True, capture_output=True, text=True).stdout
            else:
                out = self.run_duck("ask")
            self.results[name].append({key: float(value) for key, value in re.findall(r"^#(\S+)=(\S+)", out, re.M)})

    def median(self, name, key):
        values = [run[key] for run in self.results[name] if key in run]
        return statistics.median(values) if values else None

    def rows(self):
        for name in self.results:
            values = [self.median(name, key) for key in NAMES]
            yield ["%s, %.1f M versions" % (name, self.versions / 1e6)] + [
                "-" if value is None else ("%.2f" if value < 10 else "%.0f") % value for value in values]

    def bytes_per_version(self):
        return os.path.getsize(self.ours) / self.versions, os.path.getsize(self.duck) / self.versions
