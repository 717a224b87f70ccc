"""Callers that bypass the gateways, as phones and consoles do, and what they do to the datasets of a plan."""

import asyncio
import time
import uuid

import metadata_callers
from checker import Merge
from connection import NO_CACHE, SignedConnection
from plans import FRESH, LATE
from upstream_history import value_of

# Seconds between two writes of one value: more than the dates of two clocks may differ.
APART = 2.5


def roles(driver):
    """Returns the callers of the plan besides the readers, writers, paginators and deleters."""
    plan, found = driver.plan, []
    found += [bypasser(driver), eraser(driver)] if plan.others else []
    found += [remaker(driver)] if plan.remakes else []
    if plan.merges:
        found += [role(driver, dataset) for dataset in driver.datasets if dataset.merged for role in (merger, writer_of)]
    if plan.losses:
        found += [twins(driver) for _ in range(20)] + [reborn(driver, dataset) for dataset in driver.datasets if dataset.reborn]
    found += [evictor(driver)] if plan.evictions else []
    found += metadata_callers.roles(driver) if plan.metadata else []
    return found


async def current(direct, dataset):
    """Returns the counts of the records, and (a session token, its time)."""
    response, start, _ = await direct.send("GET", f"{dataset.path}/records")
    page = response.json
    return {record["Key"]: record["SyncCount"] for record in page["Records"]}, (page["SyncSessionToken"], start)


async def bypasser(driver):
    """Writes datasets that are cached."""
    direct, key = SignedConnection(driver.upstream), "bypass"
    while not driver.stopping:
        dataset, _ = driver.choose(bypassed=True)
        counts, token = await current(direct, dataset)
        dataset.counts[key] = counts.get(key, 0)
        await driver.write(direct, None, dataset, [key], token)
        await asyncio.sleep(0.05)


async def eraser(driver):
    """Deletes datasets. The next write starts a new incarnation, perhaps at count 1."""
    direct = SignedConnection(driver.upstream)
    while not driver.stopping:
        await asyncio.sleep(driver.random.random() * 1.5)
        dataset, _ = driver.choose(erased=True)
        await driver.delete(direct, None, dataset)


async def remaker(driver):
    """Deletes datasets and writes the same keys in as many writes, so that the counts are the same too."""
    direct, keys = SignedConnection(driver.upstream), ["a", "b", "c", "d"]
    turns = [d for d in driver.datasets if d.remade]
    while not driver.stopping:
        dataset = driver.random.choice(turns)
        if dataset.newest and driver.random.random() < 0.7:
            await driver.delete(direct, None, dataset)
        for _ in range(driver.random.choice([1, 1, 1, 2])):
            counts, token = await current(direct, dataset)
            numbers = [next(driver.ids) for _ in keys]
            values = [value_of(dataset.label, key, f"{number}|remade") for key, number in zip(keys, numbers)]
            patches = [{"Op": "replace", "Key": key, "SyncCount": counts.get(key, 0), "Value": value} for key, value in zip(keys, values)]
            await driver.write(direct, None, dataset, keys, token, (values, patches))
        await asyncio.sleep(driver.random.random() * 3 * driver.plan.pause / len(turns))


async def merger(driver, dataset):
    """Merges identities into that of the dataset, and deletes what came of them, while another caller writes."""
    direct = SignedConnection(driver.upstream)
    while not driver.stopping:
        loser = f"us-east-1:{uuid.uuid4()}"
        lost = type(dataset)(dataset.pool, loser, dataset.name)
        await driver.write(direct, None, lost, ["k"], await driver.token(direct, lost))
        merged = type(dataset)(dataset.pool, dataset.identity, f"{dataset.name}.{loser}")
        body = f"pool={dataset.pool}&from={loser}&into={dataset.identity}"
        response, start, end = await direct.send("POST", "/_emulator/merge", body.encode())
        if response.status != 200:
            raise AssertionError(response)
        driver.history.merges.append(Merge(dataset.label, start, end, (merged.name,)))
        # Longer than any cache may show the old names, and until it shows the new ones.
        await asyncio.sleep(driver.plan.pause * (0.6 + driver.random.random()))
        start = time.time()
        await driver.delete(direct, None, merged)
        driver.history.merges.append(Merge(dataset.label, start, time.time(), ()))
        await asyncio.sleep(driver.plan.pause * driver.random.random() * 0.3)


async def writer_of(driver, dataset):
    """Writes one dataset through its gateway all the time, so that no read of it ever needs a revalidation."""
    connections, keys = driver.connections(), ["a", "b"]
    while not driver.stopping:
        gateway = driver.random.choice(dataset.gateways)
        if not dataset.tokens or not dataset.counts.keys() >= set(keys):
            await driver.refresh(connections[gateway], gateway, dataset, keys)
        else:
            await driver.write(connections[gateway], gateway, dataset, [driver.random.choice(keys)], dataset.tokens[gateway])
        await asyncio.sleep(0.2)


async def twins(driver):
    """Writes the same value twice at the same count: past the gateways, and through one, where it may be cut off.

    The second write is a conflict. If its request is lost, only the date of the first one tells that it is not the
    second. So there are some seconds between them. No gateway knows these datasets: nobody reads them.
    """
    direct, connections = SignedConnection(driver.upstream), driver.connections()
    while not driver.stopping:
        dataset, gateway = driver.choose(twin=True)
        key = f"twin-{driver.random.randrange(50)}"
        counts, token = await current(direct, dataset)
        value = value_of(dataset.label, key, f"{next(driver.ids)}|same")
        written = [value], [{"Op": "replace", "Key": key, "SyncCount": counts.get(key, 0), "Value": value}]
        if await driver.write(direct, None, dataset, [key], token, written) == "applied":
            await asyncio.sleep(APART)
            own = await driver.token(direct, dataset)
            await driver.write(connections[gateway], gateway, dataset, [key], own, written)
        await asyncio.sleep(driver.random.random() * 0.5)


async def reborn(driver, dataset):
    """Deletes a dataset that a gateway has cached at count 1 and creates it again, through the gateway, at count 1.

    The response to that write may be cut off. An inquiry by the count that was cached sees nothing.
    """
    direct, connections = SignedConnection(driver.upstream), driver.connections()
    while not driver.stopping:
        gateway = driver.random.choice(dataset.gateways)
        await driver.delete(direct, None, dataset)
        await driver.write(direct, None, dataset, ["before"], await driver.token(direct, dataset))
        await driver.read(connections[gateway], gateway, dataset, headers=NO_CACHE)
        await driver.delete(direct, None, dataset)
        await driver.write(connections[gateway], gateway, dataset, ["after"], await driver.token(direct, dataset))
        await asyncio.sleep(driver.random.random() * 0.5)


async def evictor(driver):
    """Creates datasets again, and lets others evict them while a revalidation is in flight. Then they stay cached."""
    direct, connections = SignedConnection(driver.upstream), [driver.connections()["a"] for _ in driver.datasets]

    async def read_each():
        await asyncio.gather(*(driver.read(c, "a", dataset) for c, dataset in zip(connections, driver.datasets)))

    async def read_all(connection, datasets):
        # Only what is read again takes the place of what was read again.
        for dataset in datasets:
            for _ in range(3):
                await driver.read(connection, "a", dataset)
        connection.close()

    async def create_each():
        for dataset in driver.datasets:
            await driver.delete(direct, None, dataset)
            await driver.write(direct, None, dataset, ["k"], await driver.token(direct, dataset))

    while not driver.stopping:
        await create_each()
        await driver.rest(FRESH + LATE)
        await read_each()
        await driver.rest(FRESH + 0.1)
        await create_each()
        reads = asyncio.create_task(read_each())
        await asyncio.sleep(0.05)
        await asyncio.gather(*(read_all(driver.connections()["a"], driver.ballast[n::8]) for n in range(8)))
        await reads
        for _ in range(18):
            await driver.rest(0.5)
            await read_each()
