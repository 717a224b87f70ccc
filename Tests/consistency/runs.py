"""The consistency runs: gateways in front of the emulator, injected faults, and the verdict of the checker.

    python runs.py --seconds 600 [--plan troubled] [--rules 0] [--identity-check 2] [--find] [--without invalidation]
"""

import argparse
import asyncio
import dataclasses
import json
import os
import sys
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "clients"))

from checker import Violation, check
from driver import Driver
from gateways import RestartableGateway
from hostile_plan import Hostile
from nemesis import Nemesis
from plans import FRESH, GUARDED_THROTTLE, IDENTITY, LATE, MINIMUM, OLDER, PLANS, RULES
from processes import OPEN_THROTTLE, Emulator
from raw import send
from troubles import Troubles

ROUND = 60.0  # seconds

# Debug builds only: name of a safeguard of the cache -> the environment that turns it off.
SWITCHES = {"invalidation": {"SYNCGATE_TEST_WITHOUT_INVALIDATION": "1"}}


def journal(emulator):
    """Returns the journal of the emulator by dataset label; each entry has its order in the whole."""
    entries = {}
    for order, entry in enumerate(send(emulator.listen, "GET", "/_emulator/journal", timeout=60).json["Entries"]):
        entries.setdefault(f"{entry['IdentityId']}/{entry['DatasetName']}", []).append({**entry, "Order": order})
    return entries


class Run:
    def __init__(self, plan, rules, environment=None, stop_at_first=False, seed=1, report=None, identity_check=0.0):
        self.plan, self.rules, self.environment, self.seed = plan, {**rules, **plan.rules}, environment, seed
        self.stop_at_first, self.report, self.identity_check = stop_at_first, report or (lambda line: None), identity_check
        if plan.cap:
            self.rules["pageLimit"] = str(plan.cap)

    def go(self, seconds):
        """Runs for so long and returns (violations, a summary of the last round).

        Rounds last a minute. Each has new identities and its own verdict. So a run of hours neither stores all of
        its history nor checks it twice.
        """
        with Emulator(**self.rules) as self.emulator:
            if self.rules["counterAfterDelete"] == "continues":
                self.older()
            return asyncio.run(self.rounds(seconds))

    def older(self):
        """Sets the rules of older readings that the emulator has."""
        for name, value in OLDER.items():
            try:
                self.emulator.command("options", **{name: value})
            except AssertionError:
                self.report(f"the emulator has no rule '{name}'")

    async def rounds(self, seconds):
        plan, done = self.plan, ""
        self.cache = plan.cache(self.identity_check)
        self.cache["listing_tombstones"] = "yes" if self.rules["fullListingTombstones"] == "true" else "no"
        async with AsyncExitStack() as stack:
            # One key for all gateways, so that a session token of a page is valid at each, and after a restart.
            self.key = stack.enter_context(tempfile.NamedTemporaryFile())
            self.key.write(os.urandom(32))
            self.key.flush()
            self.cache["token_key_file"] = self.key.name
            self.nemesis = await stack.enter_async_context(Nemesis(self.emulator.listen, plan.late, plan.resets, seed=self.seed))
            self.gateways = {}
            for name in "ab" if plan.second else "a":
                throttle = {**OPEN_THROTTLE, **(GUARDED_THROTTLE if plan.hostile else {})}
                gateway = RestartableGateway(self.nemesis.address, self.environment, cache=dict(self.cache), throttle=throttle)
                await asyncio.to_thread(gateway.start)
                # Not on the event loop: requests in flight end only while the relay runs.
                stack.push_async_callback(asyncio.to_thread, lambda gateway=gateway: gateway.running.end())
                self.gateways[name] = gateway
            hostile = None
            if plan.hostile:
                hostile = await stack.enter_async_context(Hostile(self.gateways["a"], self.emulator.listen, self.seed))
            end, violations = time.monotonic() + seconds, []
            while not violations and end - time.monotonic() > 1:
                violations, done = await self.round(min(ROUND, end - time.monotonic()))
                self.seed += 1
                self.report(done)
            if hostile:
                violations += [Violation("hostile", "all", text) for text in await hostile.verdict()]
                self.report(hostile.summary)
            return violations, done

    async def round(self, seconds):
        plan, began = self.plan, time.monotonic()
        self.emulator.command("journal")
        self.nemesis.late, self.nemesis.reset = plan.late, plan.resets
        self.nemesis.losses = {b"/datasets/twin": (plan.losses, 0.0), b"/datasets/reborn": (0.0, plan.losses)}
        self.nemesis.slow = b"/datasets/evicted" if plan.evictions else b""
        addresses = {name: gateway.listen for name, gateway in self.gateways.items()}
        self.driver = driver = Driver(addresses, self.emulator.listen, plan, self.seed)
        troubles, stopping = Troubles(self, driver), asyncio.Event()
        gathered = asyncio.gather(*troubles.tasks(stopping))
        verify = (lambda: self.verify(driver.history_so_far())) if self.stop_at_first else None
        violations = await driver.run(seconds, until=verify)
        stopping.set()
        await gathered
        took = time.monotonic() - began
        if not violations:
            self.nemesis.late, self.nemesis.reset, self.nemesis.losses = 0, 0, {}
            await driver.compare_when_quiet(plan.bound)
            violations = [*self.verify(driver.history), *(self.too_little(seconds) if not self.stop_at_first else ())]
            if refused := driver.seen["tokens refused"]:
                violations.append(Violation("tokens", "all", f"{refused} writes were refused for a token from a page of a gateway"))
        parts = [gateway.summary for gateway in self.gateways.values()]
        figures = "; ".join(f"{name}: {part}" for name, part in zip(self.gateways, parts))
        return violations, (f"{took:.0f} s, {driver.summary}, {self.not_applied(driver.history)}, {self.nemesis.summary}"
                            f"{troubles.summary}, {figures}; at least {self.least(seconds)}")

    def verify(self, history):
        rules = self.rules
        paths = {dataset.label: dataset.path for dataset in self.driver.datasets}
        history.writes = [
            dataclasses.replace(w, inquired=self.nemesis.inquired(paths[w.dataset], w.start, w.end))
            if w.outcome == "not applied" else w for w in history.writes
        ]
        return check(history, journal(self.emulator), self.plan.bound, self.identity_check,
                     tombstones=rules["fullListingTombstones"] == "true", continues=rules["counterAfterDelete"] == "continues",
                     cap=self.plan.cap, authors=not self.plan.streams)

    def least(self, seconds):
        """Returns what a round of so many seconds must contain."""
        return {name: int(number * self.plan.least * seconds / 60) for name, number in MINIMUM.items()}

    def too_little(self, seconds):
        """Yields what there was too little of, or too much: without it, a verdict says nothing."""
        seen = {**self.driver.seen, "reads": len(self.driver.history.reads)}
        for name, least in self.least(seconds).items():
            if seen.get(name, 0) < least:
                yield Violation("minimum", "all", f"{seen.get(name, 0)} {name}, and at least {least} are needed")
        ended, whole = seen.get("paginations that ended early without a deletion", 0), seen.get("paginations of one state", 0)
        if ended > self.plan.ended * (ended + whole) + 1:
            yield Violation("minimum", "all", f"{ended} paginations ended early without a deletion, {whole} did not: "
                                              f"more than {self.plan.ended:.0%}")

    def not_applied(self, history):
        """Summarizes the writes that the gateway reported as not applied, and those that a straggler applied later."""
        happened = {r.get("Value") for entries in journal(self.emulator).values() for e in entries for r in e["Records"] or ()}
        unapplied = [write for write in history.writes if write.outcome == "not applied" and not write.values[0].endswith("|same")]
        return f"{len(unapplied)} reported as not applied ({sum(write.values[0] in happened for write in unapplied)} of them later)"


def main():
    parser = argparse.ArgumentParser(description="the consistency run")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--plan", choices=PLANS, help="the faults; without it: each plan in turn")
    parser.add_argument("--rules", type=int, choices=range(len(RULES)), help="an index of RULES; without it: each in turn")
    parser.add_argument("--identity-check", type=float, help=f"seconds; without it: 0 and {IDENTITY:g} in turn, or as the plan says")
    parser.add_argument("--without", choices=SWITCHES, help="debug builds: turn off a safeguard, which must be detected")
    parser.add_argument("--find", action="store_true", help="stop at the first violation")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    environment = SWITCHES[options.without] if options.without else None
    find, failed = options.find or bool(environment), 0
    turns = list(turns_of(options))
    for plan, number, identity_check in turns:
        print(f"{plan}, {json.dumps(RULES[number])}, identity_check {identity_check:g} s", flush=True)
        run = Run(PLANS[plan], RULES[number], environment, find, options.seed,
                  lambda line: print(f"  {line}", flush=True), identity_check)
        began = time.monotonic()
        violations, _ = run.go(options.seconds / len(turns))
        failed += len(violations)
        for violation in violations:
            print(violation)
        if violations and find:
            print(f"after {time.monotonic() - began:.0f} s")
            break
    print(f"{failed} violations")
    sys.exit(1 if failed else 0)


def turns_of(options):
    """Yields (plan, index of the rules, identity_check): each plan with both checks, the rules in turn."""
    plans = [options.plan] if options.plan else [name for name, plan in PLANS.items() if not plan.hostile]
    for number, plan in enumerate(plans):
        checks = [0.0, PLANS[plan].identity_check] if options.identity_check is None else [options.identity_check]
        if PLANS[plan].hostile:
            checks = checks[-1:]
        elif options.plan and options.rules is None:
            checks = [checks[n % len(checks)] for n in range(len(RULES))]
        for turn, check in enumerate(checks):
            yield plan, (number + turn) % len(RULES) if options.rules is None else options.rules, check


if __name__ == "__main__":
    main()
