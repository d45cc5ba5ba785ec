"""The distribution's behaviors: which path takes what, is kept how long, and comes from where."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from infra_cdk import edge_rules

READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS: Final = READS | {"POST"}

Target = Literal["origin-group", "latency-record", "site", "picture-buckets"]


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """A cache policy of CloudFront; times in seconds.

    Source: CloudFront developer guide, "Control the cache key with a policy" and "Manage how long
    content stays in the cache".

    Attributes:
        name: Name of the policy.
        min_ttl: Least time that an answer is kept.
        default_ttl: Time of an answer that says nothing about caching; 0: it is not kept.
        max_ttl: Longest time that an answer is fresh.
        error_ttl: Error caching minimum TTL. CloudFront's default of 10 s would turn a blink into
            an outage.
        query_strings: Those in the key. No other reaches the origin, so nobody can have it answer
            one thing and have another kept; the same holds for headers, see
            `forwarding.shared_request_headers`.
    """

    name: str
    min_ttl: float
    default_ttl: float
    max_ttl: float
    error_ttl: float
    query_strings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Behavior:
    """One row: the first pattern that fits a path decides.

    Attributes:
        pattern: Path pattern.
        methods: HTTP methods that are allowed.
        target: What answers.
        policy: Cache policy; None: the managed policy CachingDisabled, or files that the edge holds
            itself.
        attempt: Which attempt of a write comes by this path, from 1; each goes to another region.
    """

    pattern: str
    methods: frozenset[str]
    target: Target
    policy: CachePolicy | None
    attempt: int = 1

    def fits(self, path: str) -> bool:
        """Return whether the path matches the pattern; `*` stands at its end only."""
        if self.pattern.endswith("*"):
            return path.startswith(self.pattern[:-1])
        return path == self.pattern

    def to_json(self) -> dict[str, Any]:
        """The row as it appears in the status."""
        policy = self.policy and {
            **asdict(self.policy),
            "query_strings": sorted(self.policy.query_strings),
        }
        return {
            "path": self.pattern,
            "methods": sorted(self.methods),
            "target": self.target,
            "attempt": self.attempt,
            "cache": policy or ("none" if self.target == "latency-record" else "files"),
        }


PERSISTED_READS: Final = CachePolicy(
    name="persisted-reads",
    min_ttl=0,
    default_ttl=0,
    max_ttl=3600,
    error_ttl=edge_rules.ERROR_TTL_S,
    query_strings=frozenset({"variables"}),
)

# A group fails over, so CloudFront refuses POST there; and where POST is allowed, nothing fails
# over, GET included. Reads that must survive the loss of a region use persisted documents, and a
# client repeats a write by the next path.
BEHAVIORS: Final = (
    Behavior("/graphql/persisted/*", READS, "origin-group", PERSISTED_READS),
    *(
        Behavior(path, METHODS, "latency-record", None, attempt)
        for attempt, path in enumerate(edge_rules.WRITE_PATHS, 1)
    ),
    Behavior(edge_rules.OPT_OUT_PATH, METHODS, "latency-record", None),
    Behavior(edge_rules.WEBHOOK_PATH, METHODS, "latency-record", None),
    Behavior(edge_rules.PICTURES_PATH, READS - {"OPTIONS"}, "picture-buckets", None),
    Behavior("/assets/*", READS - {"OPTIONS"}, "site", None),
    Behavior("/pictures/*", READS - {"OPTIONS"}, "site", None),
    Behavior("*", READS - {"OPTIONS"}, "site", None),
)


def behavior_of(path: str) -> Behavior:
    """The behavior of a decoded path."""
    return next(behavior for behavior in BEHAVIORS if behavior.fits(path))
