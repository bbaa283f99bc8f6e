"""Makes the way to a port of this machine longer: relay.py LISTEN TARGET MILLISECONDS. Each direction takes half of them."""
import asyncio
import sys


async def carry(reader, writer, delay):
    """Whatever comes goes out `delay` later, in order. The way holds 8 MiB, which is more than a window of HTTP/2's."""
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue(maxsize=128)

    async def send():
        while (item := await queue.get()) is not None:
            due, data = item
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            writer.write(data)
            await writer.drain()

    sender = asyncio.create_task(send())
    try:
        while data := await reader.read(65536):
            await queue.put((loop.time() + delay, data))
    except ConnectionError:
        pass  # the other side hangs up: so does this one
    await queue.put(None)
    try:
        await sender
        writer.close()
    except ConnectionError:
        pass


async def main(listen, target, milliseconds):
    async def relay(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(carry(reader, back, milliseconds / 2000), carry(there, writer, milliseconds / 2000))

    server = await asyncio.start_server(relay, "127.0.0.1", listen)
    await server.serve_forever()


try:
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
except KeyboardInterrupt:
    pass
