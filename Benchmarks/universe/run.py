#!/usr/bin/env python3
"""The whole universe end to end: esiwh beside its download, over TLS with a round trip, for thirty snapshots.

usage: run.py BUILD SCRATCH [--size universe] [--refreshes 29] [--round-trip 20] [--steps ingest,ratio,memory,history,queries]
              [--keep]

BUILD is a release's folder with esiwh, esi-sandbox and fetch (`./dev universe` makes it). SCRATCH gets the warehouses. nginx stands
in front of the sandbox with TLS, HTTP/2 and gzip, and in front of it a relay that makes each round trip so many milliseconds.
Figures go into BENCHMARKS.md, unless --keep leaves it as it is; a budget that was exceeded, or a report that walks through a
large table, ends it with 1.
"""
import argparse
import contextlib
import datetime
import json
import os
import platform
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
import web  # noqa: E402

STEPS = ["ingest", "ratio", "memory", "history", "queries"]
MARKS = ("<!-- universe: written by ./dev universe -->\n", "<!-- end of universe -->\n")
LARGE = 10_000
BOOKS = ["ingest", "region_ids", "market_orders", "--quiet"]


def say(text):
    print("%s  %s" % (time.strftime("%H:%M:%S"), text), file=sys.stderr, flush=True)


class World:
    """A sandbox behind nginx behind a relay. `keeps`: nginx answers from what it has, compressed, until `forget`."""

    def __init__(self, options, keeps=False):
        self.folder = tempfile.mkdtemp(prefix="esiwh-universe-")
        web.certificates(self.folder)
        self.ca = self.folder + "/ca.pem"
        self.inner, self.port, self.keeps = web.free_port(), web.free_port(), keeps
        self.sandbox = subprocess.Popen(
            [options.build + "/esi-sandbox", "--size", options.size], stdout=subprocess.PIPE, text=True)
        self.control = self.sandbox.stdout.readline().strip()
        self.nginx = self.start()
        self.relay, port = web.start_relay(self.port, options.round_trip)
        self.url = "https://localhost:%d" % port

    def start(self):
        keep = "" if not self.keeps else (
            "proxy_cache all; proxy_cache_key $request_uri; proxy_cache_valid 200 1d; proxy_cache_lock on; "
            "proxy_ignore_headers Cache-Control Expires Vary;")
        http = """
    proxy_cache_path %s/kept keys_zone=all:16m max_size=4g inactive=1d;
    proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass_header Date; proxy_buffers 64 16k;
    upstream sandbox { server %s; keepalive 64; }
    upstream packed { server 127.0.0.1:%d; keepalive 64; }
    server {
        listen 127.0.0.1:%d; gzip on; gzip_comp_level 4; gzip_proxied any; gzip_types application/json;
        location / { proxy_pass http://sandbox; }
    }
    server {
        %s
        location / { proxy_pass http://packed; proxy_set_header Accept-Encoding gzip; %s }
    }""" % (self.folder, self.control.split("//")[1], self.inner, self.inner, web.tls(self.folder, self.port), keep)
        return web.start_nginx(self.folder, http, self.port)

    def forget(self):
        web.stop(self.nginx)
        shutil.rmtree(self.folder + "/kept", ignore_errors=True)
        self.nginx = self.start()

    def ask(self, path, method="GET", body=None):
        request = urllib.request.Request(
            self.control + path, method=method, data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer), answer.headers

    def advance(self, seconds):
        self.ask("/control/clock", "POST", {"advance": seconds})

    def regions(self):
        return self.ask("/universe/regions")[0]

    def pages(self):
        """The path of each page of each order book."""
        paths = []
        for region in self.regions():
            path = "/markets/%d/orders?order_type=all&page=" % region
            _, headers = self.ask(path + "1")
            paths += [path + str(page) for page in range(1, int(headers["X-Pages"]) + 1)]
        return paths

    def stop(self):
        web.stop(self.relay, self.nginx, self.sandbox)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def world(options, keeps=False):
    there = World(options, keeps)
    try:
        yield there
    finally:
        there.stop()


def iso(moment):
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Home:
    """A warehouse of its own."""

    def __init__(self, options, name, fresh=True):
        self.folder, self.build = "%s/%s" % (options.scratch, name), options.build
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder, exist_ok=True)
        self.file = self.folder + "/warehouse.sqlite"
        self.now = None if fresh else iso(self.value("SELECT max(fetched_at) FROM snapshots"))

    def run(self, arguments, at=None, regions="all", orders=(), out=None):
        """A process of esiwh: its status, wall and CPU seconds, peak memory in MiB, and what it wrote."""
        environment = dict(
            os.environ, ESIWH_HOME=self.folder, ESIWH_REGIONS=regions, ESIWH_OWNERS_CHARACTERS="90000001",
            ESIWH_OWNERS_CORPORATIONS="98000001", ESIWH_WATCH_TYPES="34")
        if at:
            self.now = at.ask("/control/clock")[0]["now"]
            environment.update(ESIWH_ESI_URL=at.url, ESIWH_ESI_CA=at.ca)
        # The sandbox's clock is moved between two runs, and ours with it.
        if self.now:
            environment["ESIWH_NOW"] = self.now
        if orders:
            environment["ESIWH_OWNERS_ORDERS"] = ",".join(map(str, orders))
        with open(out or self.folder + "/out", "w+") as written, open(self.folder + "/err", "w+") as complaints:
            start = time.perf_counter()
            process = subprocess.Popen(
                [self.build + "/esiwh"] + arguments, env=environment, stdout=written, stderr=complaints)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - start
            for file in (written, complaints):
                file.seek(0)
            done = dict(status=process.returncode, wall=wall, cpu=usage.ru_utime + usage.ru_stime,
                        rss=usage.ru_maxrss / 1024, out=None if out else written.read(), err=complaints.read())
        if done["status"] not in (0, 2) or done["status"] == 2 and "ingest" not in arguments:
            sys.exit("esiwh %s: %d\n%s" % (" ".join(arguments), done["status"], done["err"][-4000:]))
        return done

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % self.file, uri=True)) as database:
            return database.execute(sql).fetchall()

    def value(self, sql):
        return self.rows(sql)[0][0]

    def explain(self, sql, *more, orders=()):
        """What `query --explain` tells: name and value, of those that are there once."""
        done = self.run(["query", sql, "--explain", "--format", "tsv", "--time-limit", "0", *more], orders=orders)
        told = {}
        for line in done["out"].split("\n")[1:]:
            name, _, value = line.partition("\t")
            told.setdefault(name, []).append(value)
        return {"ms": float(told["milliseconds"][0]), "rows": int(told["rows"][0]), "rss": done["rss"],
                "walked": int(told["rows walked over without an index"][0]), "through": told.get("walks through", [])}


# The steps


def kept_limits(there):
    """How the budgets were kept, by the sandbox's account; True where none was exceeded and nothing asked too early."""
    limits, _ = there.ask("/control/limits")
    good = limits["over_error_limit"] == limits["over_rate_limit"] == limits["asked_before_expires"] == 0
    statuses = ", ".join("%s x %s" % (count, status) for status, count in sorted(limits["statuses"].items()))
    return good, "%d requests (%s); at least %d of 100 errors and %d of 12,000 tokens left; over a budget %d, asked early %d" % (
        limits["requests"], statuses, limits["least_errors_remaining"], limits["least_tokens_remaining"],
        limits["over_error_limit"] + limits["over_rate_limit"], limits["asked_before_expires"])


def seconds(run, title, rows=""):
    return [title, rows, "%.1f" % run["wall"], "%.1f" % run["cpu"], "%.0f" % run["rss"]]


HEAD = ["", "rows", "wall s", "CPU s", "MiB"]


def step_ingest(options, report):
    """Everything, from nothing; then once more half an hour later."""
    home = Home(options, "all")
    export = options.scratch + "/sde.zip"
    subprocess.run([options.build + "/esi-sandbox", "--size", options.size, "--write-sde", export], check=True)
    with world(options) as there:
        say("static data export")
        lines = [seconds(home.run(["ingest", "sde", "--from", export]), "static data export",
                         str(home.value("SELECT count(*) FROM sde_types")) + " types")]
        for title in ("first ingest of everything", "a refresh half an hour later"):
            say(title)
            done = home.run(["ingest", "--quiet"], at=there)
            run = home.value("SELECT max(run) FROM snapshots")
            rows = home.value("SELECT sum(added + changed + removed) FROM snapshots WHERE run = %d" % run)
            lines.append(seconds(done, title, "%d written" % rows))
            there.advance(1800)
        sizes = [(name, home.value("SELECT count(*) FROM " + name)) for name in (
            "market_orders", "public_contracts", "public_contract_items", "public_contract_bids", "names", "types")]
        problems = home.value(
            "SELECT count(*) FROM partitions WHERE active AND outcome IN ('failed', 'partial', 'stale')")
        good, account = kept_limits(there)
    report.table(HEAD, lines)
    report.line("- There were then " + ", ".join("%s %s" % (format(count, ","), name) for name, count in sizes)
                + "; %d partitions failed, partial or stale." % problems)
    report.line("- By the sandbox's account: %s." % account)
    report.check("no budget exceeded, nothing asked early", good)
    report.check("nothing failed, partial or stale", problems == 0)


def step_ratio(options, report):
    """A refresh of all order books beside the download of the same pages, both from what nginx keeps compressed."""
    home, fetch = Home(options, "ratio"), options.build + "/fetch"
    ratios, lines = [], []
    with world(options, keeps=True) as there:
        paths, listed = there.pages(), options.scratch + "/pages"
        with open(listed, "w") as file:
            file.write("\n".join(paths) + "\n")

        def download():
            start = time.perf_counter()
            done = subprocess.run([fetch, there.url, listed, "50", "2", there.ca], check=True, text=True,
                                  stdout=subprocess.PIPE)
            told = dict(re.findall(r"^#(\w+)=([\d.]+)", done.stdout, re.M))
            return time.perf_counter() - start, float(told["cpu"]) / 1000, float(told["wire"]) / 1e6

        say("a first ingest of the order books")
        download()
        lines.append(["a first ingest of the order books", "", *seconds(home.run(
            BOOKS, at=there), "")[2:]])
        for number in range(options.repetitions):
            there.advance(900)
            there.forget()
            # Filled by the first of three; whether the ingest or the download follows alternates.
            download()
            if number % 2:
                refresh = home.run(BOOKS, at=there)
                wall, cpu, wire = download()
            else:
                wall, cpu, wire = download()
                refresh = home.run(BOOKS, at=there)
            say("download %.1f s, refresh %.1f s" % (wall, refresh["wall"]))
            ratios.append(refresh["wall"] / wall)
            lines.append(["its download alone, %.0f MB of gzip" % wire, "", "%.1f" % wall, "%.1f" % cpu, ""])
            lines.append(seconds(refresh, "a refresh of the order books"))
    report.table(HEAD, lines)
    ratio = statistics.median(ratios)
    report.check("a refresh, of its download (<= 1.2 x): %.2f x" % ratio, ratio <= 1.2, isFatal=False)


def step_memory(options, report):
    """Peaks by the number of regions."""
    lines, peaks = [], []
    with world(options) as there:
        regions = there.regions()
        forge = [10_000_002]
        for count in (1, 8, len(regions)):
            chosen = (forge + [region for region in regions if region not in forge])[:count]
            text = ",".join(map(str, chosen))
            home = Home(options, "memory")
            first = home.run(BOOKS, at=there, regions=text)
            there.advance(900)
            again = home.run(BOOKS, at=there, regions=text)
            say("%d regions: %.0f and %.0f MiB" % (count, first["rss"], again["rss"]))
            peaks.append((first["rss"], again["rss"]))
            lines.append([str(count), "%.0f" % first["rss"], "%.0f" % again["rss"]])
            there.advance(900)
    report.table(["regions", "first ingest MiB", "refresh MiB"], lines)
    for index, title in enumerate(("a first ingest", "a refresh")):
        growth = peaks[-1][index] - peaks[0][index]
        report.check("peak of %s, of all regions, less The Forge's alone: %+.0f MiB" % (title, growth), growth <= 20,
                     isFatal=False)


def step_history(options, report):
    """Thirty snapshots of all order books, each by a process of its own."""
    home, runs = Home(options, "history"), []
    with world(options) as there:
        for number in range(options.refreshes + 1):
            runs.append(home.run(BOOKS, at=there))
            say("snapshot %d: %.1f s, %.0f MiB" % (number + 1, runs[-1]["wall"], runs[-1]["rss"]))
            there.advance(900)
        good, account = kept_limits(there)
    later = runs[1:]
    current = home.value("SELECT count(*) FROM market_orders")
    old = home.value("SELECT count(*) FROM market_orders_history")
    size = os.path.getsize(home.file)
    changed = home.value("SELECT sum(added + changed + removed) FROM snapshots WHERE dataset = 'market_orders'") - current
    report.table(HEAD, [
        seconds(runs[0], "first ingest of the order books", "%d" % current),
        ["a refresh, of %d: the median" % len(later), "%d changed" % (changed / max(len(later), 1))]
        + ["%.1f" % statistics.median(run[key] for run in later) for key in ("wall", "cpu")]
        + ["%.0f" % statistics.median(run["rss"] for run in later)]])
    report.line("- %s rows and %s old versions in %d MB: %.0f bytes a version, indexes included." % (
        format(current, ","), format(old, ","), size // 1_000_000, size / (current + old)))
    report.line("- By the sandbox's account: %s." % account)
    growth = later[-1]["rss"] - later[0]["rss"]
    report.check("no budget exceeded, nothing asked early", good)
    report.check("peak of the last refresh less the first's: %+.0f MiB" % growth, growth <= 16)


def step_queries(options, report):
    """Over thirty snapshots: as of, trend, diff, undercut; then every report and rule over everything."""
    home = Home(options, "history", fresh=False)
    moments = [row[0] for row in home.rows(
        "SELECT DISTINCT observed_at FROM snapshots WHERE dataset = 'market_orders' AND outcome = 'complete' "
        "AND partition = 'region_id=10000002' ORDER BY 1")]
    middle, lines = iso(moments[len(moments) // 2]), []
    kind = home.value(
        "SELECT type_id FROM market_orders WHERE region_id = 10000002 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1 OFFSET 20")
    own = [row[0] for row in home.rows(
        "SELECT order_id FROM market_orders WHERE region_id = 10000002 AND is_buy_order = 0 ORDER BY order_id % 9973, 1 LIMIT 300")]

    def median(title, goal, sql, *more, orders=()):
        told = [home.explain(sql, *more, orders=orders) for _ in range(5)]
        time = statistics.median(one["ms"] for one in told)
        lines.append([title, str(told[0]["rows"]), "%.2f" % time, goal])
        say("%s: %.2f ms" % (title, time))

    best = "SELECT is_buy_order, count(*), min(price), max(price) FROM market_orders WHERE type_id = %d GROUP BY 1" % kind
    median("best prices of a type, now", "", best)
    median("best prices of a type, as of the middle", "0.1", best, "--as-of", middle)
    trend = ("SELECT valid_from, min(price) FROM market_orders_versions WHERE type_id = %d AND is_buy_order = 0 "
             "GROUP BY 1" % kind)
    median("price trend of a type over all snapshots", "", trend)
    verdicts = "SELECT * FROM rule_order_undercut"
    median("300 own orders judged, now", "1", verdicts, orders=own)
    median("300 own orders judged, as of the middle", "100", verdicts, "--as-of", middle, orders=own)
    differences = []
    for old, new in list(zip(moments, moments[1:]))[-5:]:
        done = home.run(["diff", "market_orders", "--from", iso(old), "--to", iso(new), "--format", "csv"],
                        out=home.folder + "/diff.csv")
        with open(home.folder + "/diff.csv") as file:
            differences.append((done["wall"], done["rss"], sum(1 for _ in file) - 1))
    wall, rss, count = (statistics.median(column) for column in zip(*differences))
    lines.append(["`esiwh diff` of neighbours, the process (%.0f MiB)" % rss, "%d" % count, "%.0f" % (wall * 1000), "1000"])
    say("diff: %.2f s" % wall)
    report.table(["over %d versions" % home.value(
        "SELECT (SELECT count(*) FROM market_orders) + (SELECT count(*) FROM market_orders_history)"),
        "rows", "ms", "goal ms"], lines)
    shipped(options, report, own)


def shipped(options, report, own):
    """Every report and rule at its defaults over everything: its time, and no walk through a large table."""
    home, lines, bad = Home(options, "all", fresh=False), [], []
    reports = home.run(["query", "--list", "--format", "tsv"])["out"].splitlines()[1:]
    rules = home.run(["rules", "list", "--format", "tsv"])["out"].splitlines()[1:]
    queries = [(line.split("\t")[0],) * 2 for line in reports]
    queries += [(name, "SELECT * FROM rule_%s" % name.replace("-", "_")) for name in (line.split("\t")[0] for line in rules)]
    for name, sql in queries:
        told = home.explain(sql, orders=own)
        walked = [table for table in told["through"] if home.value("SELECT count(*) FROM " + table) > LARGE]
        if walked:
            bad.append("%s walks through %s" % (name, ", ".join(walked)))
        say("%s: %.1f ms, %d rows, walked over %d" % (name, told["ms"], told["rows"], told["walked"]))
        lines.append([name, str(told["rows"]), "%.1f" % told["ms"], str(told["walked"]), "%.0f" % told["rss"]])
    report.table(["report or rule, at its defaults", "rows", "ms", "rows walked over without an index", "MiB"], lines)
    report.check("no walk through a table of more than %s rows%s" % (
        format(LARGE, ","), "".join("; " + text for text in bad)), not bad)


class Report:
    """What is measured, as Markdown; each step's part is kept beside the warehouses, so that steps can be run one by one."""

    def __init__(self, options):
        self.options, self.parts, self.failures = options, [], []

    def table(self, head, rows):
        lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
        self.parts.append("\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n")

    def line(self, text):
        self.parts.append(text)

    def check(self, text, isGood, isFatal=True):
        self.parts.append("- %s: **%s**" % (text, "yes" if isGood else "no"))
        say("%s: %s" % (text, "yes" if isGood else "NO"))
        if not isGood and isFatal:
            self.failures.append(text)

    def close(self, step, title):
        head = "### %s\n\n%s, %s, %d cores, a load of %.1f.\n" % (
            title, datetime.date.today().isoformat(), platform.platform(terse=True), os.cpu_count(), os.getloadavg()[1])
        with open("%s/%s.md" % (self.options.scratch, step), "w") as file:
            file.write(head + "\n" + "\n".join(self.parts) + "\n\n")
        self.parts = []

    def write(self):
        text = ""
        for step in STEPS:
            path = "%s/%s.md" % (self.options.scratch, step)
            if os.path.exists(path):
                with open(path) as file:
                    text += file.read()
        print(text)
        if not self.options.keep:
            page = ROOT + "/BENCHMARKS.md"
            with open(page) as file:
                before, rest = file.read().split(MARKS[0])
            with open(page, "w") as file:
                file.write(before + MARKS[0] + text + MARKS[1] + rest.split(MARKS[1])[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("scratch")
    parser.add_argument("--size", default="universe")
    parser.add_argument("--refreshes", type=int, default=29)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--round-trip", type=float, default=20)
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--keep", action="store_true", help="leave BENCHMARKS.md as it is")
    options = parser.parse_args()
    options.build, options.scratch = os.path.abspath(options.build), os.path.abspath(options.scratch)
    os.makedirs(options.scratch, exist_ok=True)
    report = Report(options)
    titles = dict(ingest="Everything", ratio="A refresh beside its download", memory="Memory by regions",
                  history="Thirty snapshots", queries="Queries")
    for step in options.steps.split(","):
        say(step)
        globals()["step_" + step](options, report)
        report.close(step, titles[step])
    report.write()
    sys.exit(1 if report.failures else 0)


if __name__ == "__main__":
    main()
