"""What ties a change to the symptom beyond having happened near it."""

import re
from collections.abc import Callable
from datetime import timedelta

from domain.changes import SERVICE_KEYS, identifiers, labels, versions
from domain.distinctive_words import shared, words_of
from domain.evidence import DatadogEvent
from domain.findings import Findings
from domain.log_patterns import PatternChange
from domain.values import Value

NAMED = 3.0  # the errors spell the change's own name out
POINTED_AT = 2.0  # the errors point at what was changed
VAGUE = 1.0  # one word in common: never enough by itself
MIN_IDENTIFIER = 4  # characters; shorter names are found everywhere
SOON = timedelta(minutes=30)  # a fault in a new version shows within this


class Link(Value):
    """`evidence_id` and `fact` say where it can be read: one line of one item."""

    strength: float
    because: str
    evidence_id: str
    fact: str


def strongest_link(event: DatadogEvent, findings: Findings) -> Link | None:
    """The strongest tie between the change and the symptom, or None."""
    found = [link for rule in _RULES if (link := rule(event, findings))]
    return max(found, key=lambda link: link.strength, default=None)


def _by_name(event: DatadogEvent, findings: Findings) -> Link | None:
    everywhere = {*findings.own_services, *findings.case.frame.hosts, findings.case.frame.env}
    names = [name for name in (*identifiers(event), *versions(event)) if name not in everywhere]
    for pattern_id, pattern in findings.suspicious.items():
        for name in names:
            if len(name) >= MIN_IDENTIFIER and _is_named(name, pattern.example):
                return Link(
                    strength=NAMED,
                    because=f"the errors name {name!r}",
                    evidence_id=pattern_id,
                    fact="example",
                )
    return None


def _by_version(event: DatadogEvent, findings: Findings) -> Link | None:
    """New errors on the new version's lines, unless they blame somebody else.

    Every line carries the running version, so it means something only soon after the change.
    """
    if findings.dependency or findings.strains:
        return None
    for pattern_id, pattern in findings.suspicious.items():
        if pattern.change is PatternChange.NEW and set(pattern.versions) & set(versions(event)):
            soon = pattern.began_at - event.happened_at <= SOON
            return Link(
                strength=POINTED_AT if soon else VAGUE,
                because="the new errors come from the version it brought",
                evidence_id=pattern_id,
                fact="versions",
            )
    return None


def _by_dependency(event: DatadogEvent, findings: Findings) -> Link | None:
    blamed = findings.dependency
    if blamed is None or blamed.name not in labels(event, *SERVICE_KEYS):
        return None
    return Link(
        strength=POINTED_AT,
        because=f"the errors of {blamed.named_by!r} blame {blamed.name!r}, which it changed",
        evidence_id=blamed.pattern_id,
        fact="example",
    )


def _by_host(event: DatadogEvent, findings: Findings) -> Link | None:
    host = findings.case.evidence.host
    if host is None or not findings.strains or host.name not in labels(event, "host"):
        return None
    strain = findings.strains[0]
    return Link(
        strength=POINTED_AT,
        because=f"it ran on host {host.name!r}, which {strain.words}",
        evidence_id="host-1",
        fact=strain.fact,
    )


def _by_words(event: DatadogEvent, findings: Findings) -> Link | None:
    """Rare words in common with the errors, or all rare words of the change's own name."""
    usual = findings.usual_words
    own_name = words_of(" ".join(identifiers(event))) - usual
    words = words_of(f"{event.title} {event.text}") - usual
    best: Link | None = None
    for pattern_id, pattern in findings.suspicious.items():
        said = words_of(pattern.example)
        common = shared(words | own_name, said)
        if not common:
            continue
        strong = len(common) > 1 or (own_name and len(shared(own_name, said)) == len(own_name))
        link = Link(
            strength=POINTED_AT if strong else VAGUE,
            because=f"the errors and the change both speak of {', '.join(common)}",
            evidence_id=pattern_id,
            fact="example",
        )
        if best is None or link.strength > best.strength:
            best = link
    return best


_RULES: tuple[Callable[[DatadogEvent, Findings], Link | None], ...] = (
    _by_name,
    _by_version,
    _by_dependency,
    _by_host,
    _by_words,
)


def _is_named(name: str, text: str) -> bool:
    if name.lower() not in text.lower():  # spares a pattern for each of hundreds of changes
        return False
    pattern = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    return re.search(pattern, text, re.IGNORECASE) is not None
