"""The same by aiohttp: aio.py URL PAGES STREAMS CAFILE."""
import asyncio
import resource
import ssl
import sys
import time

import aiohttp


async def main(url, pages, streams, ca):
    context = ssl.create_default_context(cafile=ca)
    numbers = iter(range(1, pages + 1))
    total = 0

    async def work(session):
        nonlocal total
        for number in numbers:
            async with session.get("%s/%d.json" % (url, number)) as response:
                assert response.status == 200
                total += len(await response.read())

    connector = aiohttp.TCPConnector(limit=streams, ssl=context)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(work(session) for _ in range(streams)))
    return total


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return 1000 * (usage.ru_utime + usage.ru_stime)


start, used = time.perf_counter(), cpu()
body = asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
print("#wall=%f\n#cpu=%f\n#body=%d" % (1000 * (time.perf_counter() - start), cpu() - used, body))
