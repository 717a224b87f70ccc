"""The hostile callers of a run beside its good ones, and what their attacks must have done to count."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import vitals
from callers import identifiers
from connection import JSON, Connection, SignedConnection
from datasets import Dataset

# Attacks in a minute, at least: a quarter of what a busy machine does.
LEAST = {
    "slow_head": 40, "slow_body": 30, "slow_reader": 20, "cut_request": 200, "cut_response": 100, "malformed_request": 400,
    "flood": 8, "connections": 20, "connections opened": 2000, "worst_body": 8, "web_request": 100,
}
# Of the attacks, which the gateway must have refused in a minute, by the status.
REFUSED = {"malformed_request 400": 100, "worst_body 400": 4}
# What a web page, or one that gives the gateway another name, must not get.
NEVER = ["web_request 200"]


def too_few(counts, seconds):
    """Yields the kinds of attacks of which there were too few."""
    for name, number in {**LEAST, **REFUSED}.items():
        if counts.get(name, 0) < (least := int(number * seconds / 60)):
            yield f"{counts.get(name, 0)} attacks '{name}', and at least {least} are needed"


class Hostile:
    """The attackers of one gateway from the start of a run to its end, and the samples of the gateway meanwhile."""

    def __init__(self, gateway, upstream, seed):
        self.gateway, self.upstream, self.seed, self.samples = gateway, upstream, seed, []
        self.pid, self.counts, self.ended = gateway.running.popen.pid, {}, None

    async def __aenter__(self):
        dataset = Dataset(*identifiers(), "large")
        await self.fill(dataset)
        owner = {"IdentityPoolId": dataset.pool, "IdentityId": dataset.identity, "DatasetName": dataset.name}
        self.began = time.monotonic()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hostile", self.gateway.listen, self.gateway.admin, dataset.path, json.dumps(owner), str(self.seed),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parent, env=os.environ,
        )
        self.sampling = asyncio.create_task(self.sample())
        return self

    async def __aexit__(self, *_):
        self.sampling.cancel()
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def fill(self, dataset):
        """Writes a dataset with a page of 1 MB, bypassing the gateway."""
        direct = SignedConnection(self.upstream)
        page = (await direct.send("GET", f"{dataset.path}/records"))[0].json
        patches = [{"Op": "replace", "Key": f"k{n}", "SyncCount": 0, "Value": "x" * (250 << 10)} for n in range(4)]
        body = {"SyncSessionToken": page["SyncSessionToken"], "RecordPatches": patches}
        response = (await direct.send("POST", dataset.path, json.dumps(body).encode(), JSON))[0]
        direct.close()
        read = (await Connection(self.gateway.listen).send("GET", f"{dataset.path}/records"))[0]
        if response.status != 200 or read is None or len(read.body) < 1_000_000:
            raise AssertionError(f"the large dataset was not written: {response}")

    async def sample(self):
        while True:
            try:
                self.samples.append(vitals.sample(self.pid, time.monotonic() - self.began))
            except OSError:
                return
            await asyncio.sleep(vitals.EVERY)

    async def verdict(self):
        """Ends the attacks. Returns what was wrong with the gateway or with them."""
        seconds, wrong = time.monotonic() - self.began, []
        self.sampling.cancel()
        output, _ = await asyncio.wait_for(self.process.communicate(b""), 60)
        found = json.loads(output or b"{}")
        self.counts = found.get("counts", {})
        if self.process.returncode != 0:
            wrong.append(f"the attackers ended with {self.process.returncode}: {found.get('errors')}")
        if (code := self.gateway.running.popen.poll()) is not None:
            wrong.append(f"the gateway ended with {code}: {self.gateway.running.output[-2000:]}")
        wrong += [f"{self.counts[name]} of '{name}', and none is allowed" for name in NEVER if self.counts.get(name)]
        return [*wrong, *too_few(self.counts, seconds), *vitals.judge(self.samples)]

    @property
    def summary(self):
        first, last = (self.samples[0], self.samples[-1]) if self.samples else (None, None)
        counts = ", ".join(f"{number} {name}" for name, number in sorted(self.counts.items()))
        return f"attacks: {counts}\n  {len(self.samples)} samples, first {first}, last {last}"
