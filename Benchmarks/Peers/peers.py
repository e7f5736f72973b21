"""Other queues on the bench's cluster: PEER drain|enqueue|latency DIRECTORY USER DATABASE COUNT prints one JSON line.

DIRECTORY holds the server's socket, DATABASE is empty. Each at the setting that was fastest here. Nothing of them is kept: the package index has them.
"""
import asyncio
import json
import logging
import sys
import time

PAYLOAD = {"number": 12345}
WAIT = 60
PAUSE = 0.02


def rate(count, begun):
    return {"rate": count / (time.perf_counter() - begun)}


def percentiles(samples):
    samples = sorted(samples)
    pick = lambda share: 1000 * samples[max(0, -(-len(samples) * share // 100) - 1)]
    return {"p50": pick(50), "p99": pick(99)}


class PgQueuer:
    """Batches of 500."""

    async def open(self, directory, user, database):
        import asyncpg
        from pgqueuer import PgQueuer as Application
        from pgqueuer import Queries

        where = {"host": directory, "user": user, "database": database}
        self.pool = await asyncpg.create_pool(**where, min_size=2, max_size=8)
        self.connection = await asyncpg.connect(**where)
        self.application = Application.from_asyncpg_pool(self.pool)
        self.queries = Queries.from_asyncpg_connection(self.connection)
        await self.queries.install()

    async def enqueue(self, count):
        body = json.dumps(PAYLOAD).encode()
        for _ in range(0, count, 1000):
            size = min(1000, count)
            await self.queries.enqueue(["noop"] * size, [body] * size, [0] * size)

    async def enqueue_one(self):
        await self.queries.enqueue("noop", b"{}")

    async def work(self, handler):
        @self.application.entrypoint("noop")
        async def noop(job):
            handler()

        from datetime import timedelta

        self.running = asyncio.create_task(
            self.application.run(batch_size=500, dequeue_timeout=timedelta(seconds=30)))

    async def unfinished(self):
        return await self.connection.fetchval("select count(*) from pgqueuer")

    async def close(self):
        self.application.shutdown.set()
        await asyncio.wait([self.running], timeout=10)


class Procrastinate:
    """Ten at a time."""

    async def open(self, directory, user, database):
        import procrastinate

        where = f"host={directory} user={user} dbname={database}"
        self.application = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=where, max_size=12))
        await self.application.open_async()
        await self.application.schema_manager.apply_schema_async()
        self.handler = None

        @self.application.task(name="noop")
        async def noop(number=0):
            self.handler()

        self.task = noop

    async def enqueue(self, count):
        for _ in range(0, count, 1000):
            await self.task.batch_defer_async(*[PAYLOAD] * min(1000, count))

    async def enqueue_one(self):
        await self.task.defer_async()

    async def work(self, handler):
        self.handler = handler
        self.running = asyncio.create_task(
            self.application.run_worker_async(concurrency=10, install_signal_handlers=False))

    async def unfinished(self):
        rows = await self.application.connector.execute_query_one_async(
            "select count(*) as jobs from procrastinate_jobs where status in ('todo', 'doing')")
        return rows["jobs"]

    async def close(self):
        self.running.cancel()
        await asyncio.wait([self.running], timeout=10)


class Awa:
    """1,024 workers."""

    async def open(self, directory, user, database):
        import awa
        from dataclasses import dataclass

        @dataclass
        class Noop:
            number: int

        self.type = Noop
        self.client = awa.AsyncClient(f"postgresql://{user}@localhost/{database}?host={directory}")
        await self.client.migrate()
        await self.client.install_queue_storage()

    async def enqueue(self, count):
        for _ in range(0, count, 1000):
            await self.client.enqueue_many_copy(
                [self.type(**PAYLOAD)] * min(1000, count), kind="noop", queue="bench")

    async def enqueue_one(self):
        await self.client.insert(self.type(**PAYLOAD), queue="bench")

    async def work(self, handler):
        @self.client.task(self.type, kind="noop", queue="bench")
        async def noop(job):
            handler()

        await self.client.start([("bench", 1024)])

    async def unfinished(self):
        # Completion follows the handler within its flush; there is no one table to look at.
        await asyncio.sleep(0.1)
        return 0

    async def close(self):
        await self.client.shutdown()


PEERS = {"pgqueuer": PgQueuer, "procrastinate": Procrastinate, "awa": Awa}


async def drain(peer, count):
    await peer.enqueue(count)
    seen, over = 0, asyncio.Event()

    def handler():
        nonlocal seen
        seen += 1
        if seen >= count:
            over.set()

    begun = time.perf_counter()
    await peer.work(handler)
    await asyncio.wait_for(over.wait(), WAIT)
    while await peer.unfinished():
        await asyncio.sleep(0.005)
    return rate(count, begun)


async def enqueue(peer, count):
    begun = time.perf_counter()
    await peer.enqueue(count)
    return rate(count, begun)


async def latency(peer, count):
    starts = asyncio.Queue()
    await peer.work(lambda: starts.put_nowait(time.perf_counter()))
    await asyncio.sleep(1)
    samples = []
    for _ in range(count + 1):
        begun = time.perf_counter()
        await peer.enqueue_one()
        samples.append(await asyncio.wait_for(starts.get(), WAIT) - begun)
        await asyncio.sleep(PAUSE)
    return percentiles(samples[1:])


async def main():
    logging.disable(logging.CRITICAL)
    name, what, directory, user, database, count = sys.argv[1:]
    peer = PEERS[name]()
    await peer.open(directory, user, database)
    measure = {"drain": drain, "enqueue": enqueue, "latency": latency}[what]
    print(json.dumps(await measure(peer, int(count))), flush=True)
    if what != "enqueue":
        await peer.close()


if __name__ == "__main__":
    try:
        import uvloop

        uvloop.install()
    except ImportError:
        pass
    asyncio.run(main())
