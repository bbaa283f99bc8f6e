#!/usr/bin/env python3
"""Fetches pages from nginx over TLS on loopback by esiwh's client, curl and aiohttp in turn, and prints the medians.

usage: run.py SCRATCH [--pages 400] [--repetitions 5]

SCRATCH is a build folder with release/fetch (swift build -c release --package-path Benchmarks --scratch-path SCRATCH
--product fetch). It gets pages-N/ and, where pip can install it, aiohttp/. nginx sends gzip compressed beforehand, so
that its compression is not measured. esiwh and aiohttp measure themselves without their start-up; curl is timed from
outside, with its start-up of some 10 ms.
"""
import argparse
import gzip
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import web  # noqa: E402


def write_pages(scratch, count):
    """Pages of 1,000 market orders each, about 240 kB, and their gzip forms."""
    folder = "%s/pages-%d" % (scratch, count)
    if not os.path.exists(folder + "/done"):
        subprocess.run([sys.executable, HERE + "/../generate.py", folder, str(1000 * count)], check=True)
        for number in range(1, count + 1):
            path = "%s/A/%d.json" % (folder, number)
            os.rename("%s/A/p%04d.json" % (folder, number), path)
            with open(path, "rb") as page, gzip.open(path + ".gz", "wb", compresslevel=6) as packed:
                shutil.copyfileobj(page, packed)
        open(folder + "/done", "w").close()
    return folder + "/A"


def serve(folder, pages):
    port = web.free_port()
    http = "    gzip_static on; open_file_cache max=2000;\n    server { %s root %s; }" % (web.tls(folder, port), pages)
    return web.start_nginx(folder, http, port), "https://localhost:%d" % port


def measure(command):
    """Wall and CPU in ms: the program's own figures where it prints them, else the whole process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    wall, after = 1000 * (time.perf_counter() - start), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    told = {key: float(value) for key, value in re.findall(r"^#(\w+)=([\d.]+)", out, re.M)}
    return told.get("wall", wall), told.get("cpu", cpu)


def contenders(scratch, url, ca, pages):
    fetch = scratch + "/release/fetch"
    jobs = {}
    for streams, connections in ((20, 1), (20, 2), (50, 2), (100, 2)):
        jobs["esiwh, %d streams, %d connection%s" % (streams, connections, "" if connections == 1 else "s")] = [
            fetch, url, str(pages), str(streams), str(connections), ca]
    for streams in (20, 100):
        jobs["curl --parallel, h2, %d streams" % streams] = [
            "curl", "--silent", "--fail", "--parallel", "--parallel-max", str(streams), "--compressed", "--http2",
            "--cacert", ca, "%s/[1-%d].json" % (url, pages), "-o", "/dev/null"]
    python = scratch + "/aiohttp/bin/python"
    if not os.path.exists(python):
        made = subprocess.run([sys.executable, "-m", "venv", scratch + "/aiohttp"]).returncode == 0
        if not made or subprocess.run([python, "-m", "pip", "install", "--quiet", "aiohttp"]).returncode != 0:
            print("aiohttp cannot be installed here: left out", file=sys.stderr)
            return jobs
    jobs["aiohttp, h1, 20 connections"] = [python, HERE + "/aio.py", url, str(pages), "20", ca]
    return jobs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scratch")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    scratch = os.path.abspath(options.scratch)
    pages = write_pages(scratch, options.pages)
    folder = tempfile.mkdtemp(prefix="esiwh-http-")
    web.certificates(folder)
    server, url = serve(folder, pages)
    try:
        jobs = contenders(scratch, url, folder + "/ca.pem", options.pages)
        runs = {name: [] for name in jobs}
        for _ in range(options.repetitions):
            for name, command in jobs.items():
                runs[name].append(measure(command))
    finally:
        web.stop(server)
        shutil.rmtree(folder, ignore_errors=True)
    print("| client | pages/s | wall ms | CPU ms |\n|---|--:|--:|--:|")
    for name, values in runs.items():
        wall, cpu = (statistics.median(value[index] for value in values) for index in (0, 1))
        print("| %s | %.0f | %.0f | %.0f |" % (name, 1000 * options.pages / wall, wall, cpu))


main()
