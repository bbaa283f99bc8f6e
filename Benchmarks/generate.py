#!/usr/bin/env python3
"""Writes FOLDER/A and FOLDER/B: pages of 1,000 market orders as GET /markets/{region_id}/orders answers them.

usage: generate.py FOLDER [ORDERS]
       generate.py history FOLDER ORDERS SNAPSHOTS

history writes FOLDER/versions.tsv instead: the versions of as many daily snapshots, each moved from the last as B from A,
with valid_from and valid_to before the fields; types.txt and own.txt name types and sell orders to ask about.

B is A a few minutes later: 6 % of the orders with less left, 2 % with another price, 1.5 % gone and as many new.
Seeded: the same arguments always write the same bytes.
"""
import os
import random
import sys
import time

SEED = 20260101
START = 1735689600
RANGES = ["region", "station", "solarsystem", "1", "2", "3", "4", "5", "10", "20", "30", "40"]
FORM = (
    '{"duration":%d,"is_buy_order":%s,"issued":"%s","location_id":%d,"min_volume":%d,"order_id":%d,"price":%r,'
    '"range":"%s","system_id":%d,"type_id":%d,"volume_remain":%d,"volume_total":%d}'
)


class Market:
    def __init__(self):
        self.random = random.Random(SEED)
        self.types = self.random.sample(range(18, 90000), 16000)
        self.worth = {t: round(10 ** self.random.gauss(5.5, 1.7), 2) + 0.01 for t in self.types}
        self.places = [(60003760, 30000142)]
        self.places += [(60000000 + self.random.randrange(16000), 30000001 + self.random.randrange(3000)) for _ in range(150)]
        self.last_id = 6_400_000_000
        self.orders = {}

    def add(self, count, now):
        r = self.random
        for _ in range(count):
            self.last_id += 1 + int(r.expovariate(1 / 1500))
            # Half of the orders are for few types, as on a real market.
            kind = self.types[min(int(r.paretovariate(0.35)) - 1, 10**9) % 16000] if r.random() < 0.5 else r.choice(self.types)
            buys = r.random() < 0.38
            place, system = self.places[0] if r.random() < 0.65 else r.choice(self.places)
            price = max(0.01, round(self.worth[kind] * (r.uniform(0.5, 0.97) if buys else r.uniform(1.0, 1.6)), 2))
            total = int(10 ** r.uniform(0, 5))
            left = total if r.random() < 0.4 else max(1, int(total * r.random()))
            self.orders[self.last_id] = [
                90 if r.random() < 0.7 else r.choice((1, 3, 7, 14, 30, 365)), buys, now - r.randrange(60 * 86400), place,
                1 if r.random() < 0.97 else r.randrange(1, 1000), self.last_id, price,
                r.choice(RANGES) if buys else "region", system, kind, left, total,
            ]

    def move(self, now):
        count = len(self.orders)
        traded, repriced, gone = int(count * 0.06), int(count * 0.02), int(count * 0.015)
        picked = self.random.sample(list(self.orders), traded + repriced + gone)
        before = {key: list(self.orders[key]) for key in picked}
        for key in picked[:traded]:
            order = self.orders[key]
            order[10] = order[10] - 1 if order[10] > 1 else order[10] + 1
            order[11] = max(order[10], order[11])
        for key in picked[traded:traded + repriced]:
            order = self.orders[key]
            order[6] = round(order[6] * self.random.uniform(0.97, 1.03) + 0.01, 2)
            order[2] = now - self.random.randrange(300)
        for key in picked[traded + repriced:]:
            del self.orders[key]
        self.add(gone, now)
        return before

    def write(self, folder, seed):
        os.makedirs(folder, exist_ok=True)
        rows = list(self.orders.values())
        random.Random(seed).shuffle(rows)  # ESI's pages are in no order of ours
        for first in range(0, len(rows), 1000):
            with open("%s/p%04d.json" % (folder, first // 1000 + 1), "w") as page:
                page.write("[" + ",".join(map(text, rows[first:first + 1000])) + "]")


def text(order):
    fields = list(order)
    fields[1] = "true" if order[1] else "false"
    fields[2] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(order[2]))
    return FORM % tuple(fields)


def versions(folder, count, snapshots):
    market = Market()
    market.add(count, START)
    first_id = market.last_id
    began = dict.fromkeys(market.orders, START)
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/versions.tsv", "w") as out:
        def put(order, start, end):
            fields = list(order)
            fields[1:3] = [int(order[1]), order[2]]
            out.write("\t".join(map(str, [start, end, *fields])) + "\n")

        for snapshot in range(1, snapshots):
            now = START + snapshot * 86400
            for key, order in market.move(now).items():
                put(order, began.pop(key), now)
            for key in market.orders:
                began.setdefault(key, now)
        for key, order in market.orders.items():
            put(order, began[key], "")
    # One of each of 300 types: who has orders has them in many types, not many in the busiest.
    sells = {order[9]: key for key, order in market.orders.items() if key <= first_id and not order[1]}
    picks = random.Random(SEED + 1)
    with open(folder + "/own.txt", "w") as out:
        out.writelines("%d\n" % sells[kind] for kind in sorted(picks.sample(sorted(sells), 300)))
    with open(folder + "/types.txt", "w") as out:
        out.writelines("%d\n" % kind for kind in picks.sample(market.types, 201))


def main():
    if sys.argv[1] == "history":
        return versions(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 400_000
    market = Market()
    market.add(count, START)
    market.write(folder + "/A", 1)
    market.move(START + 300)
    market.write(folder + "/B", 2)


main()
