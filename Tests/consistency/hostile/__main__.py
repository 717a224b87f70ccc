"""Hostile callers until the input ends; then their counts as JSON.

    python -m hostile ADDRESS ADMIN PATH OWNER SEED     PATH: of a dataset with a large page; OWNER: its names as JSON
"""

import asyncio
import json
import os
import random
import sys
from collections import Counter

from hostile.attackers import KINDS
from hostile.bodies import bodies
from hostile.sockets import Attack

SOURCES = [f"127.0.0.{number}" for number in range(2, 9)]


class Attacker:
    """The gateway, the dice and the counts that all attackers of one process share."""

    def __init__(self, address, admin, path, owner, seed):
        self.address, self.admin, self.path = address, admin, path
        self.chance, self.counts, self.bodies, self.stopping = random.Random(seed), Counter(), bodies(owner), False

    def connect(self, address=None, source=None, **more):
        return Attack(address or self.address, source or self.chance.choice(SOURCES), **more)

    async def answered(self, connection, seconds):
        """Waits so long for a response; returns whether there is one, or the end of the connection."""
        try:
            await connection.receive_some(seconds=seconds)
            return True
        except TimeoutError:
            return False

    def count_status(self, kind, status):
        self.counts[f"{kind} {status}"] += 1

    async def repeat(self, attack, pause):
        """Attacks again and again. An end of the connection is what the gateway may do about it."""
        await asyncio.sleep(self.chance.random() * pause)
        while not self.stopping:
            try:
                await attack(self)
                self.counts[attack.__name__] += 1
            except (ConnectionError, EOFError):
                self.counts[attack.__name__] += 1
                self.counts[f"{attack.__name__} ended by the gateway"] += 1
            except (OSError, TimeoutError) as error:
                self.counts[f"{attack.__name__} failed: {type(error).__name__}"] += 1
            await asyncio.sleep(self.chance.random() * 2 * pause)


async def main():
    address, admin, path, owner, seed = sys.argv[1:]
    attacker = Attacker(address, admin, path, json.loads(owner), int(seed))
    tasks = [asyncio.create_task(attacker.repeat(kind, pause)) for kind, (number, pause) in KINDS.items() for _ in range(number)]
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    done, _ = await asyncio.wait([ended, *tasks], return_when=asyncio.FIRST_COMPLETED)
    attacker.stopping = True
    for task in tasks:
        task.cancel()
    # A wait with a deadline may swallow the cancellation; then the attack goes on to its end, or is left behind.
    finished, _ = await asyncio.wait(tasks, timeout=25)
    errors = [repr(task.exception()) for task in finished if not task.cancelled() and task.exception()]
    print(json.dumps({"counts": attacker.counts, "errors": errors}))
    sys.stdout.flush()
    os._exit(1 if ended not in done or errors else 0)


if __name__ == "__main__":
    asyncio.run(main())
