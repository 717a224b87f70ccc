"""Processes of the benchmark: started on chosen cores, measured, and ended by id."""

import os
import subprocess
import time
from pathlib import Path

from machine import PATH

TICKS = os.sysconf("SC_CLK_TCK")
# Dummies: the upstream of the benchmark does not check signatures.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example/secret/of/no/account"}


# Set by --first: the measured processes go before all else on the machine, and still share their cores fairly. Plain
# `nice` has no effect across sessions if the kernel groups by them (sched_autogroup).
FIRST = ["setsid", "sh", "-c", 'echo -20 >/proc/self/autogroup && exec "$@"', "first"]
before_all_else = []


def on(cores, *command):
    """Returns the command confined to these cores; it ends when the benchmark is killed."""
    confined = ["taskset", "-c", ",".join(map(str, cores)), *map(str, command)]
    return [*before_all_else, "setpriv", "--pdeathsig", "TERM", *confined]


class Process:
    """A program and all that it starts, until `end`; its output goes to its own file."""

    def __init__(self, command, cores, folder, name):
        self.name, self.log = name, Path(folder) / f"{name}.out"
        with open(self.log, "ab") as log:
            self.popen = subprocess.Popen(on(cores, *command), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                          env={"PATH": PATH, "HOME": str(folder), **CREDENTIALS})

    def family(self):
        """Returns the ids of the process and its descendants."""
        found, new = [], [self.popen.pid]
        while new:
            pid = new.pop()
            found.append(pid)
            for file in Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    new += map(int, file.read_text().split())
                except OSError:
                    pass
        return found

    def cpu(self, alone=False):
        """Returns the user and system seconds so far of the family with its ended children, or of the process alone."""
        user = system = 0
        for pid in [self.popen.pid] if alone else self.family():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            user += int(fields[11]) + int(fields[13])
            system += int(fields[12]) + int(fields[14])
        return user / TICKS, system / TICKS

    def threads(self):
        """Returns the seconds so far of each thread of the process alone."""
        spent = {}
        for file in Path(f"/proc/{self.popen.pid}/task").glob("*/stat"):
            try:
                fields = file.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            spent[file.parent.name] = (int(fields[11]) + int(fields[12])) / TICKS
        return spent

    def memory(self):
        """Returns the resident MiB of the family; shared memory counts once (the proportional set size)."""
        kibibytes = 0
        for pid in self.family():
            try:
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            except OSError:
                continue
            kibibytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kibibytes / 1024

    def alive(self):
        return self.popen.poll() is None

    def output_tail(self):
        return self.log.read_text(errors="replace")[-2000:]

    def end(self, patience=5):
        """Sends SIGTERM, then SIGKILL to the rest of the family."""
        family = self.family() if self.alive() else []
        self.popen.terminate()
        try:
            self.popen.wait(patience)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        for pid in family[1:]:
            self.make_sure(pid, patience)

    @staticmethod
    def make_sure(pid, patience):
        """Waits for a child to end, and sends SIGKILL if it does not."""
        deadline = time.monotonic() + patience
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, 9)
