"""Which downstream service the errors name as failing.

The logs that an analysis reads are the alerting service's; a broken dependency shows in them by
name only, with no line of its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from domain.log_patterns import LogPattern
from domain.values import Value

MIN_SHARE = 0.5  # of a service's failing lines must name the same dependency

_FAILURE = re.compile(
    r"time[ds]?[ -]?out|refused|unreachable|unavailable|reset by|connection reset|no route|circuit"
    r"|deadline exceeded|econn\w+|unknown ?host|getaddrinfo|broken pipe|bad gateway|rate.?limit"
    r"|(?:fail\w*|could not|cannot|unable) (?:to )?(?:connect|reach|resolve|call|contact)"
    r"|\b(?:429|50[0234])\b",
    re.IGNORECASE,
)
# Whoever turns a caller away is up and answers: the caller is at fault.
REFUSAL = re.compile(
    r"access ?denied|permission denied|unauthori[sz]ed|forbidden|auth\w* fail|28p01|28000"
    r"|invalid (?:password|credential|token|api.?key)|no ?such ?(?:key|bucket)|\b40[0134]\b",
    re.IGNORECASE,
)
_NAME = r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*"
_ADDRESSES = tuple(  # where a name with a port or a scheme stands, a service is meant
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b[a-z]+://({_NAME})",
        rf"(?:\bto|\bat|\bfrom|\btcp|\bhost|\bupstream|@)[ =:\"']{{1,3}}({_NAME}):\d{{2,5}}\b",
        r"(?<![\w./-])([a-z][a-z0-9]*(?:[-.][a-z0-9]+)+):\d{2,5}\b",
    )
)
_BEFORE = (
    "to|by|from|calling|call|reach|reaching|contact|upstream|dependency|waiting for|resolve|service"
)
_AFTER = "returned|responded|replied|answered|did not|timed? ?out|unavailable|unreachable|refused"
_MENTIONS = tuple(  # here any noun may stand: it must be known, or look like a service's name
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:{_BEFORE})[ :=]{{1,2}}(?:the |service |upstream )?[\"'`]?({_NAME})",
        rf"(?<![\w./-])({_NAME})[\"'`]? (?:(?:service|api|is|was|has|call|request) )?(?:{_AFTER})",
    )
)
_STORES = (
    *("postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "memcached", "kafka"),
    *("rabbitmq", "elasticsearch", "cassandra", "dynamodb", "etcd", "zookeeper"),
)
_INTERNAL = (".svc", ".local", ".internal", ".cluster", ".consul", ".lan")
_FILE = re.compile(r"\.(?:py|js|ts|go|java|rb|rs|c|cc|cpp|cs|php|kt|scala|ex|html?|json|ya?ml|so)$")


class Dependency(Value):
    """A service that the errors blame. `pattern_id` is the most frequent pattern that names it."""

    name: str
    named_by: str
    pattern_id: str
    lines: int


def failing_dependency(
    patterns: Mapping[str, LogPattern], start: str, known: frozenset[str], own_hosts: frozenset[str]
) -> Dependency | None:
    """Follows blame from service `start` as far as the logs tell; None where it blames nobody.

    `known` are names certain to be services; other names must look like one.
    """
    blamed: Dependency | None = None
    seen, service = {start.lower()}, start
    while True:
        own = {key: one for key, one in patterns.items() if one.service == service}
        following = _blamed_by(own, service, known, frozenset(seen) | own_hosts)
        if following is None:
            return blamed
        blamed, service = following, following.name
        seen.add(service.lower())


def names_in(message: str, known: frozenset[str]) -> list[str]:
    """Services that a failing message blames, without repeats, in the order of the rules."""
    if not _FAILURE.search(message) or REFUSAL.search(message):
        return []
    addresses = [name for name in _found(_ADDRESSES, message) if _may_be_service(name)]
    mentions = [name for name in _found(_MENTIONS, message) if _is_service(name, known)]
    return list(dict.fromkeys((*addresses, *mentions)))


def _found(rules: Iterable[re.Pattern[str]], message: str) -> Iterable[str]:
    return (
        _service_name(match[1].strip(".")) for rule in rules for match in rule.finditer(message)
    )


def _blamed_by(
    patterns: Mapping[str, LogPattern],
    service: str,
    known: frozenset[str],
    excluded: frozenset[str],
) -> Dependency | None:
    votes: Counter[str] = Counter()
    voters: dict[str, str] = {}
    for pattern_id, pattern in patterns.items():
        names = [n for n in names_in(pattern.example, known) if n.lower() not in excluded]
        for name in names[:1]:
            votes[name] += pattern.count
            voters.setdefault(name, pattern_id)
    if not votes:
        return None
    name, lines = max(votes.items(), key=lambda vote: (vote[1], vote[0]))
    if lines < MIN_SHARE * _lines(patterns.values()):
        return None
    return Dependency(name=name, named_by=service, pattern_id=voters[name], lines=lines)


def _lines(patterns: Iterable[LogPattern]) -> int:
    return sum(pattern.count for pattern in patterns)


def _service_name(name: str) -> str:
    """Inside a cluster the first label is the service; a public name is kept whole."""
    labels = name.split(".")
    internal = any(f".{label}" in _INTERNAL for label in labels[1:])
    return labels[0] if internal else name


def _may_be_service(name: str) -> bool:
    return not _FILE.search(name.lower()) and name.lower() != "localhost"


def _is_service(name: str, known: frozenset[str]) -> bool:
    certain = name in known or name.lower() in _STORES
    return certain or (_may_be_service(name) and any(mark in name for mark in "-_."))
