"""The plans of the runs, the rules of the emulator, and what a run must reach so that its verdict counts."""

from dataclasses import dataclass, field

FRESH = 2.0  # seconds: the time to live in these runs
LATE = 1.0  # seconds that a busy machine may add to it
IDENTITY = 2.0  # seconds: the identity_check of half of the runs, unless the plan has its own; it is 0 in the others


@dataclass(frozen=True)
class Plan:
    """A plan of the faults in a run, and of what happens besides reads and writes."""

    late: float = 0.1  # probability of a late piece of a response
    resets: float = 0.0  # probability of a cut or reset connection
    others: bool = False  # writes and deletions that bypass the gateways
    second: bool = False  # a second gateway
    kills: float = 0.0  # seconds between kills of the first gateway
    forgets: float = 0.0  # seconds between moments at which upstream forgets all session tokens
    memory: str = "64MiB"  # of the cache
    ballast: bool = False  # more datasets, so that others are evicted
    remakes: bool = False  # others delete datasets and write the same keys to the same counts
    merges: bool = False  # identities are merged while somebody writes
    losses: float = 0.0  # probability that a certain write is cut off: where an inquiry is hard to answer
    streams: bool = False  # the events of Cognito Streams reach the gateways: some late, some twice
    metadata: bool = False  # the eight other reads too
    repeats: bool = False  # some patches repeat the value of a record, and upstream keeps it
    reloads: float = 0.0  # seconds between reloads with another configuration
    purges: float = 0.0  # seconds between purges
    stale_while_revalidate: float = 0.0
    stale_if_error: float = 0.0
    cap: int | None = None  # the largest page of upstream if the request gives no size
    identity_check: float = IDENTITY  # in half of the runs
    evictions: bool = False  # only datasets that are evicted while a revalidation is in flight, and the ballast
    hostile: bool = False  # hostile callers beside the others: one turn, and only if it is named
    rules: dict = field(default_factory=dict)  # rules of the emulator that the plan needs
    least: float = 1.0  # the part of MINIMUM that the plan must reach
    # The bound on the share of paginations that end early although nobody deletes a dataset of the identity. A gateway
    # keeps their snapshots for a minute, so that only kills, evictions, purges and changes of the token key end them.
    ended: float = 0.02

    @property
    def bound(self):
        """Seconds that a change by another caller may be unseen."""
        return FRESH + LATE + self.stale_while_revalidate + self.stale_if_error

    @property
    def pause(self):
        return FRESH + LATE

    def cache(self, identity_check):
        """Returns the section `cache` of the configuration."""
        return {
            "fresh": f"{FRESH:g}s", "absent": f"{FRESH:g}s", "memory": self.memory, "identity_check": f"{identity_check:g}s",
            "stale_while_revalidate": f"{self.stale_while_revalidate:g}s", "stale_if_error": f"{self.stale_if_error:g}s",
            "reads": {name: f"{FRESH:g}s" for name in METADATA},
        }


METADATA = ["describe_dataset", "list_datasets", "describe_identity_usage", "describe_identity_pool_usage",
            "list_identity_pool_usage", "get_identity_pool_configuration", "get_cognito_events"]

PLANS = {
    "late": Plan(),
    "resets": Plan(resets=0.01, others=True, second=True, forgets=5),
    "crowded": Plan(memory="512KiB", ballast=True, others=True, second=True, remakes=True, ended=0.05),
    # The check of the incarnation must not be due while the revalidation is in flight.
    "evictions": Plan(memory="128KiB", ballast=True, evictions=True, identity_check=4, least=0.05),
    "troubled": Plan(resets=0.005, others=True, second=True, kills=8, forgets=4, memory="512KiB", ballast=True, ended=0.1),
    "remakes": Plan(second=True, others=True, remakes=True, rules={"counterAfterDelete": "restarts"}),
    # A check of the incarnation shows a merge too. So it must be rare for the time of a merge to be measured.
    "merges": Plan(merges=True, identity_check=60),
    "lost": Plan(losses=0.5, resets=0.02, second=True),
    "streams": Plan(streams=True, others=True, second=True),
    "stale": Plan(resets=0.02, others=True, second=True, stale_while_revalidate=1, stale_if_error=2),
    "reloads": Plan(reloads=0.7, purges=0.5, others=True, second=True, ended=0.3),
    "metadata": Plan(metadata=True, others=True, second=True),
    "mixed": Plan(resets=0.005, others=True, second=True, remakes=True, merges=True, losses=0.5, streams=True, forgets=5),
    # A cache that is soon full, so that it does not grow for the rest of the run.
    "hostile": Plan(others=True, memory="4MiB", hostile=True, least=0.2),
    "capped": Plan(cap=2, repeats=True, others=True, second=True, rules={"sameValuePatch": "keeps"}),
}

# A rate that a flood exceeds and the good callers do not.
GUARDED_THROTTLE = {"caller": {"key": "address", "rate": "2000/s", "burst": 2000}}

# Undocumented behaviour of the service: the gateway must cope with both variants.
RULES = [
    {"fullListingTombstones": tombstones, "counterAfterDelete": counter, "resurrection": "zeroToo"}
    for tombstones in ("true", "false") for counter in ("restarts", "continues")
]

# Older readings of the service, where the emulator has a rule for them: in every second set of rules.
OLDER = {"deviceDates": "kept", "tokenUse": "many", "conflict": "unequal"}

# What a minute of a run must contain. An idle machine does ten times as much; one that builds meanwhile does twice.
MINIMUM = {"reads": 1500, "hits": 400, "deltas": 60, "paginations of one state": 40}
