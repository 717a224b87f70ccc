"""The kinds of hostile callers: each takes an attacker, does one attack, and counts what the gateway did."""

import asyncio
import json

from hostile.malformed import malformed

PAGE = 1 << 20  # bytes of the page for slow readers, about

WEB = [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    {"Sec-Fetch-Site": "same-site"}, {"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example:80"},
]


def head(method, target, **fields):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode()


async def slow_head(attacker):
    """Sends a head, a byte a second, until the gateway ends it."""
    async with attacker.connect() as connection:
        for byte in head("GET", attacker.path + "/records", Host=attacker.address, X="y" * 100):
            await connection.send(bytes([byte]))
            if await attacker.answered(connection, 1):
                return


async def slow_body(attacker):
    """Sends a body, a byte a second, until the gateway ends it."""
    async with attacker.connect() as connection:
        await connection.send(head("POST", attacker.path, Host=attacker.address, Content_Length=1000))
        for _ in range(1000):
            await connection.send(b" ")
            if await attacker.answered(connection, 1):
                return


async def slow_reader(attacker):
    """Reads a large page, some bytes a second, until the gateway ends the connection."""
    async with attacker.connect(receive=4096) as connection:
        await connection.send(head("GET", attacker.path + "/records", Host=attacker.address) * 4)
        for _ in range(20):
            if not await connection.receive_some(64):
                return
            await asyncio.sleep(1)


async def cut_request(attacker):
    """Ends the connection in the middle of a request that is good as far as it goes."""
    body = json.dumps({"SyncSessionToken": "t", "RecordPatches": []}).encode()
    whole = head("POST", attacker.path, Host=attacker.address, Content_Length=len(body)) + body
    async with attacker.connect() as connection:
        await connection.send(whole[:attacker.chance.randrange(1, len(whole))])
        await asyncio.sleep(attacker.chance.random() * 0.05)


async def cut_response(attacker):
    """Ends the connection before the response, or in the middle of it."""
    async with attacker.connect() as connection:
        fields = attacker.chance.choice([{}, {"Cache-Control": "no-cache"}])
        await connection.send(head("GET", attacker.path + "/records", Host=attacker.address, **fields))
        if attacker.chance.random() < 0.7:
            await connection.receive_some(attacker.chance.randrange(1, 4096))


async def malformed_request(attacker):
    async with attacker.connect() as connection:
        await connection.send(malformed(attacker.chance, attacker.path, attacker.address))
        attacker.count_status("malformed_request", await connection.status())


async def flood(attacker):
    """Sends thousands of pipelined requests at once, far above the rate of one address."""
    target = attacker.chance.choice([attacker.path + "/records", attacker.path, "/nothing"])
    async with attacker.connect() as connection:
        burst = asyncio.create_task(connection.send(head("GET", target, Host=attacker.address) * 3000))
        try:
            # Most of the responses: the connection may end when the gateway has had enough.
            for _ in range(200):
                if not await connection.receive_some(65536, 2):
                    break
        except TimeoutError:
            pass
        finally:
            burst.cancel()
            await asyncio.gather(burst, return_exceptions=True)


async def connections(attacker):
    """Opens hundreds of connections, most of them silent, and lets them wait."""
    opened = []
    try:
        for _ in range(100):
            connection = attacker.connect(source="127.0.0.9")
            await connection.__aenter__()
            opened.append(connection)
            attacker.counts["connections opened"] += 1
        await asyncio.sleep(attacker.chance.random() * 8)
    finally:
        for connection in opened:
            await connection.__aexit__()


async def worst_body(attacker):
    """Posts a body of 4 MiB that is expensive to read."""
    name = attacker.chance.choice(list(attacker.bodies))
    body, target = attacker.bodies[name], "AWSCognitoSyncService.UpdateRecords"
    async with attacker.connect() as connection:
        await connection.send(head("POST", "/", Host=attacker.address, X_Amz_Target=target, Content_Length=len(body)) + body)
        attacker.count_status("worst_body", await connection.status())
    await asyncio.sleep(0.5)


async def web_request(attacker):
    """Sends what a web page could make a browser send to the gateway and to its admin listener."""
    fields = attacker.chance.choice(WEB)
    address, target, method = attacker.chance.choice([
        (attacker.address, attacker.path, "POST"), (attacker.address, attacker.path + "/records", "GET"),
        (attacker.admin, "/streams", "POST"), (attacker.admin, "/reload", "POST"),
    ])
    body = b"{}" if method == "POST" else b""
    fields = {"Host": address, "Content-Type": "text/plain", **fields, **({"Content-Length": 2} if body else {})}
    async with attacker.connect(address=address) as connection:
        await connection.send(head(method, target, **fields) + body)
        attacker.count_status("web_request", await connection.status())


# Kind -> (how many of it at once, seconds between two attacks of one of them).
KINDS = {
    slow_head: (20, 0.5), slow_body: (20, 0.5), slow_reader: (20, 1), cut_request: (2, 0.05), cut_response: (2, 0.05),
    malformed_request: (3, 0.03), flood: (2, 3), connections: (6, 2), worst_body: (2, 1), web_request: (1, 0.1),
}
