#!/usr/bin/env python3
"""Runs esiwh beside its peers, alternated, and writes the medians into BENCHMARKS.md.

usage: run.py SCRATCH [--orders 400000] [--repetitions 5] [--keep]

SCRATCH is the build folder that `./dev bench` has filled: release/measure, static/, venv/. --keep leaves BENCHMARKS.md as it is.
"""
import argparse
import datetime
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

from queries import History

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


class Job:
    """A command of one contender; `steps` are run in order, each in a process of its own."""

    def __init__(self, name, *steps):
        self.name, self.steps, self.runs = name, steps, []

    def run(self):
        values = {}
        for step in self.steps:
            process = subprocess.Popen(step, stdout=subprocess.PIPE, text=True)
            out = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            if status != 0:
                sys.exit("%s failed: %s\n%s" % (self.name, " ".join(step), out))
            found = {key: float(value) for key, value in re.findall(r"^#(\S+)=(\S+)", out, re.M)}
            phase = next((key for key in ("load", "apply", "unchanged", "parse") if key in found), "start")
            found[phase + "_rss"] = usage.ru_maxrss / 1024
            values.update(found)
        self.runs.append(values)

    def median(self, key):
        values = [run[key] for run in self.runs if key in run]
        return statistics.median(values) if values else None


def seconds(value):
    return "-" if value is None else "%.2f" % (value / 1000)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def verdict(title, value, goal, unit="x", most=True):
    if value is None:
        return (title, "-", "", "")
    met = value <= goal if most else value >= goal
    return (title, "%s %g %s" % ("<=" if most else ">=", goal, unit), "%.2f %s" % (value, unit), "yes" if met else "**no**")


def alternate(jobs, repetitions):
    for repetition in range(repetitions):
        for job in jobs:
            print("  %d/%d %s" % (repetition + 1, repetitions, job.name), file=sys.stderr)
            job.run()


def store_jobs(scratch, data):
    """Load A, apply B, B again: each contender into a database of its own."""
    measure, python = scratch + "/release/measure", scratch + "/venv/bin/python"
    a, b = data + "/A", data + "/B"

    def ours(name, *more):
        db = scratch + "/%s.sqlite" % name
        remove = ["rm", "-f", db, db + "-wal", db + "-shm"]
        return Job(
            "esiwh" + ("" if not more else ", no index"), remove, [measure, "load", db, a, *more],
            [measure, "apply", db, b, *more], [measure, "unchanged", db, b, *more])

    def peer(name, script, *more):
        db = scratch + "/%s.db" % script.split(".")[0] + "".join(more)
        command = [python, HERE + "/peers/" + script]
        return Job(name, [*command, "load", db, a, *more], [*command, "apply", db, b, *more])

    return [
        ours("indexed"), ours("bare", "bare"), peer("DuckDB, same index", "duck.py", "indexed"),
        peer("DuckDB, no index", "duck.py"), peer("Python json + sqlite3", "stdlib.py"), peer("sqlite-utils", "utils.py"),
    ]


def query_goals(day, month):
    """Goals of PERFORMANCE for look-ups: `day` has 1.5 M versions, `month` 4 M."""
    return [
        verdict("as of, one type, over 1.5 M versions", day.median("esiwh", "asof_type"), 0.1, "ms"),
        verdict("outbid, the best rival of 300 own orders", day.median("esiwh", "outbid"), 1, "ms"),
        verdict("outbid, the shipped rule's whole verdict", day.median("esiwh", "outbid_rule"), 1, "ms"),
        verdict("the best rival as of a past moment, 4 M versions", month.median("esiwh", "outbid_past"), 100, "ms"),
        verdict("the shipped rule as of a past moment, 4 M versions", month.median("esiwh", "outbid_rule_past"), 100, "ms"),
    ]


def report(parse, jobs, startup, histories, orders, repetitions):
    by_name = {job.name: job for job in jobs}
    ours, bare = by_name["esiwh"], by_name["esiwh, no index"]
    indexed, duck = by_name["DuckDB, same index"], by_name["DuckDB, no index"]
    python, utils = by_name["Python json + sqlite3"], by_name["sqlite-utils"]

    def ratio(mine, theirs, key):
        return mine.median(key) / theirs.median(key)

    rows = []
    for job in jobs:
        cpu = sum(job.median(key) or 0 for key in ("load_cpu", "apply_cpu"))
        rows.append([
            job.name, seconds(job.median("load")), seconds(job.median("apply")), seconds(job.median("unchanged")),
            seconds(cpu), "%.0f / %.0f" % (job.median("load_rss"), job.median("apply_rss"))])
    goals = [
        verdict("parse, of simdjson's own time", parse.median("parse") / parse.median("parse_simdjson"), 1.3),
        verdict("parse, JSONDecoder's time of ours", parse.median("parse_jsondecoder") / parse.median("parse"), 40, most=False),
        verdict("load without index, of DuckDB's", ratio(bare, duck, "load"), 1.3),
        verdict("load without index, Python's of ours", ratio(python, bare, "load"), 6, most=False),
        verdict("load with the shipped index, of DuckDB's with it", ratio(ours, indexed, "load"), 1.3),
        verdict("apply, of DuckDB's", ratio(ours, indexed, "apply"), 1.0),
        verdict("apply, CPU, of DuckDB's", ratio(ours, indexed, "apply_cpu"), 0.5),
        verdict("apply, Python's of ours", ratio(python, ours, "apply"), 8, most=False),
        verdict("apply, sqlite-utils' of ours", ratio(utils, ours, "apply"), 30, most=False),
        verdict("unchanged, of apply", ours.median("unchanged") / ours.median("apply"), 0.5),
        verdict("peak memory of apply", ours.median("apply_rss"), 100, "MiB"),
    ]
    if startup:
        goals.append(verdict("start-up: `esiwh query` of one row", startup, 20, "ms"))
    goals += query_goals(*histories)
    asked = [row for history in histories for row in history.rows()]
    sizes = "; ".join("%.1f M versions: %.0f B a version here, %.0f in DuckDB" % (
        history.versions / 1e6, *history.bytes_per_version()) for history in histories)
    megabytes = parse.median("bytes") / 1e6
    speeds = [
        [name, "%.1f" % parse.median(key), "%.2f" % (megabytes / parse.median(key))]
        for name, key in (("esiwh, validated, into columns", "parse"), ("simdjson on demand, keeping nothing", "parse_simdjson"),
                          ("Foundation's JSONDecoder", "parse_jsondecoder"))
    ]
    return "\n".join([
        "Measured %s on %s, %d cores; medians of %d alternated runs." % (
            datetime.date.today().isoformat(), platform.platform(terse=True), os.cpu_count(), repetitions),
        "A: %d market orders in pages of 1,000 (%.1f MB); B: A with 8 %% changed, 1.5 %% gone, 1.5 %% new." % (orders, megabytes),
        "Load: pages on disk into an empty versioned store. Apply: find B's differences and write only those. Again: B once",
        "more, as a later observation. Memory is the process's peak during load / apply.", "",
        table(["", "load s", "apply s", "again s", "CPU s, load + apply", "MiB"], rows), "",
        table(["decoding", "ms", "GB/s"], speeds), "",
        "Look-ups, in ms: statements prepared once in a session that stands, pages in memory, run to their last row; the median",
        "of 201 types or 21 runs. DuckDB through its Python module; the sqlite3 shell on the warehouse's own file with SQL",
        "written by hand over `market_orders_versions`. Shipped schema, indexes and rules. " + sizes + ".", "",
        table(["", "as of, one type", "best ask of 30 days, one type", "best rival, 300 orders", "the same, past",
               "`order-undercut`, 300 orders", "the same, past"], asked), "",
        table(["goal", "", "measured", "met"], goals), ""])


def startup_of(scratch):
    """Median wall time in ms of a query of one row, where the command is built and there is something to ask."""
    esiwh = os.environ.get("ESIWH_BENCH_BINARY", scratch + "/static/release/esiwh")
    if not os.path.exists(esiwh):
        return None
    home = scratch + "/home"
    shutil.rmtree(home, ignore_errors=True)
    os.makedirs(home)
    shutil.copy(scratch + "/indexed.sqlite", home + "/warehouse.sqlite")
    environment = dict(os.environ, ESIWH_HOME=home)
    times = []
    for _ in range(21):
        start = time.perf_counter()
        done = subprocess.run(
            [esiwh, "query", "SELECT price FROM market_orders LIMIT 1"], env=environment, capture_output=True)
        if done.returncode != 0:
            print(done.stderr.decode(), file=sys.stderr)
            return None
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scratch")
    parser.add_argument("--orders", type=int, default=400_000)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="leave BENCHMARKS.md as it is")
    options = parser.parse_args()
    scratch = os.path.abspath(options.scratch)
    data = "%s/data-%d" % (scratch, options.orders)
    if not os.path.exists(data):
        print("writing %d orders" % options.orders, file=sys.stderr)
        subprocess.run([sys.executable, HERE + "/generate.py", data, str(options.orders)], check=True)
    parse = Job("parse", [scratch + "/release/measure", "parse", data + "/A"])
    jobs = store_jobs(scratch, data)
    # 1 + 29 x 0.095 versions an order: 1.5 M and 4 M with the full number of orders.
    histories = [History(scratch, options.orders), History(scratch, options.orders * 266 // 100)]
    alternate([parse] + jobs, options.repetitions)
    for repetition in range(options.repetitions):
        print("  %d/%d look-ups" % (repetition + 1, options.repetitions), file=sys.stderr)
        for history in histories:
            history.ask()
    text = report(parse, jobs, startup_of(scratch), histories, options.orders, options.repetitions)
    print(text)
    if not options.keep:
        path = ROOT + "/BENCHMARKS.md"
        with open(path) as page:
            before, rest = page.read().split("<!-- figures: written by ./dev bench -->\n")
            after = rest.split("<!-- end of figures -->\n")[1]
        with open(path, "w") as page:
            page.write(before + "<!-- figures: written by ./dev bench -->\n" + text + "<!-- end of figures -->\n" + after)


main()
