"""The callers of the other eight reads, and of the two writes that change what they show."""

import asyncio
import json
import urllib.parse

from checker import Setting
from connection import JSON, NO_CACHE
from upstream_history import milliseconds


def roles(driver):
    return [reader(driver), reader(driver), setter(driver)]


def pool_path(driver):
    return f"/identitypools/{urllib.parse.quote(driver.datasets[0].pool, safe='')}"


def described(dataset):
    """Returns the members of a description, in the form of `State.description`."""
    dates = milliseconds(dataset["CreationDate"]), milliseconds(dataset["LastModifiedDate"])
    return (*dates, dataset["LastModifiedBy"], dataset["DataStorage"], dataset["NumRecords"])


def listed(page):
    return tuple(sorted((dataset["DatasetName"], described(dataset)) for dataset in page["Datasets"]))


def usage(page):
    return page["IdentityUsage"]["DatasetCount"], page["IdentityUsage"]["DataStorage"]


def event(page):
    """Returns the number in the name of the function, 0 if none was set."""
    arn = (page.get("Events") or {}).get("SyncTrigger")
    return int(arn.rpartition("-")[2]) if arn else 0


def stream(page):
    name = (page.get("CognitoStreams") or {}).get("StreamName")
    return int(name.rpartition("-")[2]) if name else 0


async def reader(driver):
    """Reads one after the other, mostly plain."""
    connections, pool = driver.connections(), driver.datasets[0].pool
    path = pool_path(driver)

    def usage_of_pool(page):
        of = [p for p in page.get("IdentityPoolUsages", [page.get("IdentityPoolUsage")]) if p["IdentityPoolId"] == pool]
        return of[0]["DataStorage"] if of else None

    while not driver.stopping:
        dataset, gateway = driver.choose()
        owner, choice = dataset.identity, driver.random.randrange(10)
        if choice == 9:
            response, _, _ = await connections[gateway].send("POST", f"{path}/getBulkPublishDetails")
            if response is None or response.json.get("BulkPublishStatus") != "NOT_STARTED":
                await driver.failed("bulk publish", response)
            continue
        target, at, content = [
            (("DescribeDataset", dataset.label), dataset.path, lambda page: described(page["Dataset"])),
            (("DescribeDataset", dataset.label), dataset.path, lambda page: described(page["Dataset"])),
            (("ListDatasets", owner), f"{dataset.owner}/datasets", listed),
            (("ListDatasets", owner), f"{dataset.owner}/datasets", listed),
            (("DescribeIdentityUsage", owner), dataset.owner, usage),
            (("DescribeIdentityPoolUsage",), path, usage_of_pool),
            (("ListIdentityPoolUsage",), "/identitypools", usage_of_pool),
            (("GetCognitoEvents",), f"{path}/events", event),
            (("GetIdentityPoolConfiguration",), f"{path}/configuration", stream),
        ][choice]
        headers = NO_CACHE if driver.random.random() < 0.1 else None
        await driver.metadata(connections[gateway], gateway, target, at, content, headers)
        await asyncio.sleep(driver.random.random() * 0.01)


async def setter(driver):
    """Sets the events and the stream of the pool, in rising order, one after the other."""
    connections, number = driver.connections(), 0
    while not driver.stopping:
        number += 1
        name = f"syncgate-{number}"
        operation, path, body = driver.random.choice([
            ("GetCognitoEvents", "events", {"Events": {"SyncTrigger": f"arn:aws:lambda:us-east-1:123456789012:function:{name}"}}),
            ("GetIdentityPoolConfiguration", "configuration", {"CognitoStreams": {
                "StreamName": name, "RoleArn": "arn:aws:iam::123456789012:role/streams", "StreamingStatus": "ENABLED"}}),
        ])
        gateway = driver.random.choice([*connections])
        response, start, end = await connections[gateway].send("POST", f"{pool_path(driver)}/{path}", json.dumps(body).encode(), JSON)
        if response is None or response.status != 200:
            raise AssertionError(response)
        driver.history.settings.append(Setting((operation,), start, end, number, gateway))
        await asyncio.sleep(driver.random.random() * 0.4)
