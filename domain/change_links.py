"""What ties a change to the symptom beyond having happened near it."""

import re
from collections.abc import Callable
from datetime import timedelta

from domain.changes import SERVICE_KEYS, ChangeKind, identifiers, kind_of, labels, versions
from domain.distinctive_words import shared, words_of
from domain.evidence import DatadogEvent
from domain.findings import Findings
from domain.kindred_words import is_specific, kinds_of_change
from domain.log_patterns import PatternChange
from domain.utterances import Utterance
from domain.values import Value

NAMED = 3.0  # the errors spell the change's own name out
MENTIONED = 2.5  # where it began, the errors name the service that was changed
POINTED_AT = 2.0  # the errors point at what was changed
SPECIFIC = 1.5  # hardly anything but such a change brings such errors
VAGUE = 1.0  # one word in common, or the kind of error that such changes bring: never enough
MIN_STRENGTH = 0.5
MOST = 4.0  # more ties than that prove no more
MIN_IDENTIFIER = 4  # characters; shorter names are found everywhere
# The strength of having come just before, by how long: what ran well for a while is innocent.
FRESH = ((timedelta(minutes=5), 2.0), (timedelta(minutes=15), 1.5), (timedelta(minutes=30), 0.5))
BY_ASKING = 0.75  # of that strength, for whoever calls what was asked too much
ON_THE_WAY = 0.5  # and for what calls the one that failed first, and that is all


class Link(Value):
    """`evidence_id` and `fact` say where it can be read: one line of one item."""

    strength: float
    because: str
    evidence_id: str
    fact: str
    is_circumstantial: bool = False  # time, place or kind: the errors say nothing of the change


def links_of(event: DatadogEvent, findings: Findings) -> tuple[Link, ...]:
    """Every kind of tie between the change and the symptom, the strongest first."""
    found = [link for rule in _RULES if (link := rule(event, findings))]
    return tuple(sorted(found, key=lambda link: -link.strength))


def closest_tie(event: DatadogEvent, findings: Findings) -> float:
    """The strength of the strongest link that is more than circumstance; 0 without one."""
    close = (one for one in links_of(event, findings) if not one.is_circumstantial)
    return next((link.strength for link in close), 0.0)


def strongest_link(event: DatadogEvent, findings: Findings) -> Link | None:
    return next(iter(links_of(event, findings)), None)


def _by_name(event: DatadogEvent, findings: Findings) -> Link | None:
    everywhere = {*findings.known_services, *findings.case.frame.hosts, findings.case.frame.env}
    names = [name for name in (*identifiers(event), *versions(event)) if name not in everywhere]
    for evidence_id, said in findings.utterances.items():
        for name in names:
            if len(name) >= MIN_IDENTIFIER and _is_named(name, said.text):
                return Link(
                    strength=NAMED,
                    because=f"the errors name {name!r}",
                    evidence_id=evidence_id,
                    fact=said.fact,
                )
    return None


def _by_mention(event: DatadogEvent, findings: Findings) -> Link | None:
    """Where the trouble began the errors name the very service that was changed."""
    path = findings.failure.path if findings.failure else findings.own_services
    others = [name for name in labels(event, *SERVICE_KEYS) if name not in path]
    for pattern_id, pattern in findings.voices.items():
        for name in others if findings.began_in(pattern.service) else ():
            if _is_meant(name, pattern.example):
                return Link(
                    strength=MENTIONED if _took_effect_just_before(event, findings) else VAGUE,
                    because=f"the errors of {pattern.service!r} name {name!r}",
                    evidence_id=pattern_id,
                    fact="example",
                )
    return None


def _by_version(event: DatadogEvent, findings: Findings) -> Link | None:
    """New errors on the new version's lines alone, unless they blame somebody else.

    Every line carries the running version, so it means something only soon after the change, and
    only where the trouble began.
    """
    if findings.dependency or findings.strains:
        return None
    for pattern_id, pattern in findings.voices.items():
        if (
            pattern.change is PatternChange.NEW
            and findings.began_in(pattern.service)
            and pattern.versions
            and set(pattern.versions) == set(versions(event))
        ):
            return Link(
                strength=_version_strength(event, findings),
                because="the new errors come from the version it brought",
                evidence_id=pattern_id,
                fact="versions",
            )
    return None


def _version_strength(event: DatadogEvent, findings: Findings) -> float:
    fresh = _freshness(event, findings)
    if fresh == FRESH[0][1]:
        return POINTED_AT
    return max(fresh, VAGUE if findings.leaks else MIN_STRENGTH)


def _by_place(event: DatadogEvent, findings: Findings) -> Link | None:
    """It changed what failed first, or what lies on the way there, just before.

    Some errors no change of a service brings.
    """
    failure, fresh = findings.failure, _freshness(event, findings)
    services = set(labels(event, *SERVICE_KEYS))
    if failure is None or not _took_effect_just_before(event, findings):
        return None
    everybodys = not services and not labels(event, "host")
    if not everybodys and not {*failure.path, *findings.neighbours} & services:
        return None
    if findings.is_nobodys_change or _others_fail(event, findings):
        return None
    there = any(map(findings.began_in, services)) and not findings.dependency
    share = ON_THE_WAY if not there else BY_ASKING if not {*failure.grounds} & services else 1.0
    return Link(
        strength=share * fresh,
        because=f"it came just before {failure.service!r} failed, "
        + ("and changed what that depends on" if there else "on the way there"),
        evidence_id=failure.evidence_id,
        fact="service" if failure.evidence_id.startswith("span") else "query",
        is_circumstantial=True,
    )


def _others_fail(event: DatadogEvent, findings: Findings) -> bool:
    """Whether the errors of the service that it changed come from other versions alone."""
    brought, services = set(versions(event)), labels(event, *SERVICE_KEYS)
    failing = {
        version
        for pattern in findings.voices.values()
        if pattern.service in services
        for version in pattern.versions
    }
    return bool(brought and failing) and not brought & failing


def _took_effect_just_before(event: DatadogEvent, findings: Findings) -> bool:
    """A merged commit takes effect by a deployment."""
    return bool(_freshness(event, findings)) and kind_of(event) is not ChangeKind.COMMIT


def _freshness(event: DatadogEvent, findings: Findings) -> float:
    age = findings.onset_at - event.happened_at
    return next((strength for limit, strength in FRESH if age <= limit), 0.0)


def _by_kind(event: DatadogEvent, findings: Findings) -> Link | None:
    """The kind of error that this kind of change brings."""
    changed = kinds_of_change(f"{event.source} {event.title} {event.text}")
    found = [
        (is_specific(kind), kind, evidence_id, said.fact)
        for evidence_id, said in findings.utterances.items()
        for kind in sorted(changed & said.kinds)
    ]
    if not found:
        return None
    specific, kind, evidence_id, fact = max(found, key=lambda one: one[0])
    return Link(
        strength=SPECIFIC if specific else VAGUE,
        because=f"the errors and the change are both about {kind}",
        evidence_id=evidence_id,
        fact=fact,
        is_circumstantial=True,
    )


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
    found = [
        link
        for evidence_id, said in findings.utterances.items()
        if (link := _words_link(words, own_name, evidence_id, said))
    ]
    return max(found, key=lambda link: link.strength, default=None)


def _words_link(
    words: frozenset[str], own_name: frozenset[str], evidence_id: str, said: Utterance
) -> Link | None:
    common = shared(words | own_name, said.words)
    if not common:
        return None
    whole_name = bool(own_name) and len(shared(own_name, said.words)) == len(own_name)
    return Link(
        strength=POINTED_AT if len(common) > 1 or whole_name else VAGUE,
        because=f"the errors and the change both speak of {', '.join(common)}",
        evidence_id=evidence_id,
        fact=said.fact,
    )


_RULES: tuple[Callable[[DatadogEvent, Findings], Link | None], ...] = (
    _by_name,
    _by_mention,
    _by_version,
    _by_dependency,
    _by_host,
    _by_place,
    _by_kind,
    _by_words,
)


def _is_named(name: str, text: str) -> bool:
    if name.lower() not in text.lower():  # spares a pattern for each of hundreds of changes
        return False
    pattern = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    return re.search(pattern, text, re.IGNORECASE) is not None


def _is_meant(name: str, text: str) -> bool:
    """Named as somebody, which a part of a path is not: "http://orders/cart" is about orders."""
    pattern = rf"(?:(?<=://)|(?<![\w./-])){re.escape(name)}(?![A-Za-z0-9])"
    return re.search(pattern, text, re.IGNORECASE) is not None
