"""The consistency runs: gateways in front of the emulator, injected faults, and the verdict of the checker.

    python runs.py --seconds 300 [--plan troubled] [--rules 0] [--without invalidation] [--seed 1]
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "clients"))

from checker import Violation, check
from driver import Driver
from nemesis import Nemesis
from processes import Emulator, Gateway
from raw import send

FRESH = 2.0  # seconds: the time to live in these runs
LATE = 1.0  # seconds that a busy machine may add to it
ROUND = 60.0  # seconds


@dataclass(frozen=True)
class Plan:
    """A plan of the faults in a run."""

    late: float = 0.1  # probability of a late piece of a response
    resets: float = 0.0  # probability of a cut or reset connection
    others: bool = False  # writes and deletions that bypass the gateways, and a second gateway
    kills: float = 0.0  # seconds between kills of the first gateway
    forgets: float = 0.0  # seconds between moments at which upstream forgets all session tokens
    memory: str = "64MiB"  # of the cache
    ballast: bool = False  # more datasets, so that others are evicted


PLANS = {
    "late": Plan(),
    "resets": Plan(resets=0.01, others=True, forgets=5),
    "crowded": Plan(memory="512KiB", ballast=True, others=True),
    "troubled": Plan(resets=0.005, others=True, kills=8, forgets=4, memory="512KiB", ballast=True),
}

# Undocumented behaviour of the service: the gateway must cope with both variants.
RULES = [
    {"fullListingTombstones": tombstones, "counterAfterDelete": counter, "resurrection": "zeroToo"}
    for tombstones in ("true", "false") for counter in ("restarts", "continues")
]

# Debug builds only: name of a safeguard of the cache -> the environment that turns it off.
SWITCHES = {"invalidation": {"SYNCGATE_TEST_WITHOUT_INVALIDATION": "1"}}


class RestartableGateway:
    """A gateway that can be killed and restarted at the same address."""

    def __init__(self, upstream, environment, **sections):
        self.upstream, self.environment, self.sections = upstream, environment, sections
        self.kills, self.slowest, self.running = 0, 0.0, None

    async def __aenter__(self):
        await asyncio.to_thread(self.start, "127.0.0.1:0")
        return self

    async def __aexit__(self, *_):
        # Not on the event loop: requests in flight end only while the relay runs.
        await asyncio.to_thread(self.running.end)

    def start(self, address):
        sections = {"listen": {"address": address}, "log": {"access": False}, **self.sections}
        self.running = Gateway(self.upstream, environment=self.environment, **sections).__enter__()
        self.listen, self.admin = self.running.listen, self.running.admin

    def kill(self):
        """Sends SIGKILL, starts the gateway again, and measures the time until it listens."""
        self.running.signal(signal.SIGKILL)
        self.running.popen.wait()
        self.running.end()
        began = time.monotonic()
        self.start(self.listen)
        self.kills, self.slowest = self.kills + 1, max(self.slowest, time.monotonic() - began)

    def metric(self, name):
        lines = send(self.admin, "GET", "/metrics").body.decode().splitlines()
        return int(sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)))

    @property
    def resident(self):
        """The resident memory of the gateway in MiB."""
        pages = int(Path(f"/proc/{self.running.popen.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") >> 20


async def every(seconds, stopping, do):
    """Runs `do` about every `seconds` until `stopping` is set, and never leaves it half done."""
    while seconds and not stopping.is_set():
        try:
            await asyncio.wait_for(stopping.wait(), seconds * random.uniform(0.5, 1.5))
        except TimeoutError:
            await asyncio.to_thread(do)


def journal(emulator):
    """Returns the journal of the emulator by dataset label."""
    entries = {}
    for entry in send(emulator.listen, "GET", "/_emulator/journal", timeout=60).json["Entries"]:
        entries.setdefault(f"{entry['IdentityId']}/{entry['DatasetName']}", []).append(entry)
    return entries


class Run:
    def __init__(self, plan, rules, environment=None, stop_at_first=False, seed=1, report=None):
        self.plan, self.rules, self.environment, self.seed = plan, rules, environment, seed
        self.stop_at_first, self.report = stop_at_first, report or (lambda line: None)

    def go(self, seconds):
        """Runs for so long and returns (violations, a summary of the last round).

        Rounds last a minute. Each has new identities and its own verdict. So a run of hours neither stores all of
        its history nor checks it twice.
        """
        with Emulator(**self.rules) as self.emulator:
            return asyncio.run(self.rounds(seconds))

    async def rounds(self, seconds):
        plan, done = self.plan, ""
        cache = {"fresh": f"{FRESH:g}s", "absent": f"{FRESH:g}s", "memory": plan.memory, "identity_check": "0s",
                 "listing_tombstones": "yes" if self.rules["fullListingTombstones"] == "true" else "no"}
        async with AsyncExitStack() as stack:
            # One key for all gateways, so that a session token of a page is valid at each, and after a restart.
            key = stack.enter_context(tempfile.NamedTemporaryFile())
            key.write(os.urandom(32))
            key.flush()
            cache["token_key_file"] = key.name
            self.nemesis = await stack.enter_async_context(Nemesis(self.emulator.listen, plan.late, plan.resets, seed=self.seed))
            self.gateways = {
                name: await stack.enter_async_context(RestartableGateway(self.nemesis.address, self.environment, cache=cache))
                for name in ("ab" if plan.others else "a")
            }
            end, violations = time.monotonic() + seconds, []
            while not violations and end - time.monotonic() > 1:
                violations, done = await self.round(min(ROUND, end - time.monotonic()))
                self.seed += 1
                self.report(done)
            return violations, done

    async def round(self, seconds):
        plan = self.plan
        self.emulator.command("journal")
        self.nemesis.late, self.nemesis.reset = plan.late, plan.resets
        addresses = {name: gateway.listen for name, gateway in self.gateways.items()}
        driver = Driver(addresses, self.emulator.listen, plan.others, plan.ballast, self.seed)
        stopping = asyncio.Event()

        def forget():
            driver.forgotten.append(time.time())
            self.emulator.command("forget")

        troubles = asyncio.gather(
            every(plan.kills, stopping, self.gateways["a"].kill),
            every(plan.forgets, stopping, forget),
        )
        verify = (lambda: self.verify(driver.history_so_far())) if self.stop_at_first else None
        violations = await driver.run(seconds, until=verify)
        stopping.set()
        await troubles
        if not violations:
            self.nemesis.late = self.nemesis.reset = 0
            await driver.compare_when_quiet(FRESH + LATE)
            violations = self.verify(driver.history)
            if refused := driver.seen["tokens refused"]:
                violations.append(Violation("tokens", "all", f"{refused} writes were refused for a token from a page of a gateway"))
        return violations, f"{driver.summary}, {self.not_applied(driver.history)}, {self.nemesis.summary}, {self.summary}"

    def verify(self, history):
        rules = self.rules
        return check(history, journal(self.emulator), FRESH + LATE, tombstones=rules["fullListingTombstones"] == "true",
                     continues=rules["counterAfterDelete"] == "continues")

    def not_applied(self, history):
        """Summarizes the writes that the gateway reported as not applied, and those that a straggler applied later."""
        happened = {r.get("Value") for entries in journal(self.emulator).values() for e in entries for r in e["Records"] or ()}
        unapplied = [write for write in history.writes if write.outcome == "not applied"]
        return f"{len(unapplied)} reported as not applied ({sum(write.values[0] in happened for write in unapplied)} of them later)"

    @property
    def summary(self):
        parts = []
        for name, gateway in self.gateways.items():
            evicted, fenced = gateway.metric("syncgate_cache_evictions_total"), gateway.metric("syncgate_cache_fenced_fills_total")
            kills = f"{gateway.kills} kills, up within {gateway.slowest:.1f} s, " if gateway.kills else ""
            parts.append(f"{name}: {kills}{evicted} evicted, {fenced} fenced, {gateway.resident} MiB")
        return "; ".join(parts)


def main():
    parser = argparse.ArgumentParser(description="the consistency run")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--plan", choices=PLANS, help="the faults; without it: each plan in turn")
    parser.add_argument("--rules", type=int, choices=range(len(RULES)), help="an index of RULES; without it: each in turn")
    parser.add_argument("--without", choices=SWITCHES, help="debug builds: turn off a safeguard, which must be detected")
    parser.add_argument("--find", action="store_true", help="stop at the first violation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    plans = [options.plan] if options.plan else list(PLANS)
    rules = [options.rules] if options.rules is not None else list(range(len(RULES)))
    pairs = [(plans[n % len(plans)], rules[n % len(rules)]) for n in range(max(len(plans), len(rules)))]
    environment = SWITCHES[options.without] if options.without else None
    failed = 0
    for plan, number in pairs:
        print(f"{plan}, {json.dumps(RULES[number])}", flush=True)
        run = Run(PLANS[plan], RULES[number], environment, options.find or bool(environment), options.seed,
                  report=lambda line: print(f"  {line}", flush=True))
        violations, _ = run.go(options.seconds / len(pairs))
        failed += len(violations)
        for violation in violations:
            print(violation)
    print(f"{failed} violations")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
