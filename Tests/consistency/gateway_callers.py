"""Callers of the gateways: readers, writers, paginators and deleters."""

import asyncio

from connection import NO_CACHE, SignedConnection


async def reader(driver):
    connections = driver.connections()
    while not driver.stopping:
        dataset, gateway = driver.choose(scripted=False)
        if driver.ballast and driver.random.random() < 0.3:
            dataset, gateway = driver.random.choice(driver.ballast), "a"
        newest, kind, more = dataset.newest, driver.random.random(), {}
        since = driver.random.choice([newest, newest, newest - 1, newest - 2, driver.random.randint(0, newest), newest + 1])
        if kind < 0.35 or dataset.plain:
            since = 0
        elif kind < (0.36 if dataset.remade else 0.45) and not dataset.plain:
            since, more = driver.random.choice([0, max(0, since)]), {"headers": NO_CACHE}
        elif kind < 0.55:
            more = {"size": driver.random.choice([1, 2, 3, 1024])}
        elif kind < 0.6 and gateway in dataset.tokens and not dataset.plain:
            more = {"token": dataset.tokens[gateway][0]}
        await driver.read(connections[gateway], gateway, dataset, max(0, since), **more)
        await asyncio.sleep(driver.random.random() * 0.004)


async def paginator(driver):
    """Reads all pages by their cursors, sometimes with pauses in which others write."""
    connections = driver.connections()
    while not driver.stopping:
        wanted = {"remade": True} if driver.plan.remakes and driver.random.random() < 0.7 else {}
        dataset, gateway = driver.choose(plain=False, scripted=False, **wanted)
        if driver.ballast and driver.random.random() < 0.2:
            dataset, gateway = driver.random.choice(driver.ballast), "a"
        since = 0 if dataset.remade else driver.random.choice([0, 0, max(0, dataset.newest - 3)])
        size, pagination, pause = driver.random.choice([1, 2, 3]), next(driver.ids), driver.random.choice([0, 0, 0.05, 0.3])
        pause += 0.3 * dataset.remade
        cursor, after, counts = None, "", set()
        while True:
            page = await driver.read(connections[gateway], gateway, dataset, since, size, cursor, after, pagination)
            if page is None:
                if counts:
                    driver.seen["paginations that ended early" + (" without a deletion" if dataset.lasting else "")] += 1
                break
            counts.add(page["DatasetSyncCount"])
            cursor = page.get("NextToken")
            if not cursor:
                driver.seen["paginations of one state" if len(counts) == 1 else "paginations of several"] += 1
                break
            after = page["Records"][-1]["Key"]
            await asyncio.sleep(driver.random.random() * pause)
        await asyncio.sleep(driver.random.random() * 0.01)


async def writer(driver, number):
    connections, direct = driver.connections(), SignedConnection(driver.upstream)
    keys = [f"writer-{number}{suffix}" for suffix in ("", ".b", ".c")]
    while not driver.stopping:
        dataset, gateway = driver.choose(written=True)
        if not dataset.tokens or not dataset.counts.keys() >= set(keys):
            await driver.refresh(connections[gateway], gateway, dataset, keys)
        else:
            # The token of a page from any gateway; now and then one that the caller got from upstream itdriver.
            token = driver.random.choice([*dataset.tokens.values()])
            if driver.random.random() < 0.05:
                token = await driver.token(direct, dataset)
            chosen = driver.random.sample(keys, driver.random.choice([1, 1, 2, 3]))
            await driver.write(connections[gateway], gateway, dataset, chosen, token)
        await asyncio.sleep(driver.random.random() * 0.03)


async def deleter(driver):
    connections = driver.connections()
    while not driver.stopping:
        await asyncio.sleep(driver.random.random() * 0.4)
        dataset, gateway = driver.choose(deleted=True)
        await driver.delete(connections[gateway], gateway, dataset)
