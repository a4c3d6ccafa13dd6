"""The digest's changes: those that came before and touched what is in trouble first."""

from collections.abc import Iterable
from datetime import timedelta

from domain.changes import SERVICE_KEYS, ChangeKind, kind_of, labels
from domain.digest_budget import Candidate, cut_line
from domain.evidence import DatadogEvent
from domain.findings import Findings
from domain.items import events_by_id
from domain.spans import in_words
from domain.symptom import precedes

MAX_LINE = 700
BRIEF_LINE = 160
_BRIEF = ("time: ", "title: ", "tags: ")
_Rank = tuple[bool, bool, bool, timedelta]


def changes(findings: Findings) -> Iterable[Candidate]:
    """By time and affected service: what came before the trouble, then what is in trouble, then
    what came closest. Other monitors' alerts last.
    """
    events = events_by_id(findings.case.evidence)
    ranked = sorted(events.items(), key=lambda named: _rank(named[1], findings))
    items = {item.id: item.text for item in findings.case.items}
    for event_id, event in ranked:
        lines = items.get(event_id, "").split("\n")
        yield Candidate(
            heading=_heading(event, findings),
            lines=tuple(cut_line(line, MAX_LINE) for line in lines),
            evidence_id=event_id,
            brief=tuple(cut_line(line, BRIEF_LINE) for line in lines if line.startswith(_BRIEF)),
        )


def _rank(event: DatadogEvent, findings: Findings) -> _Rank:
    before = precedes(event.happened_at, findings.onset_at)
    return (
        kind_of(event) is ChangeKind.NONE,
        not before,
        not _is_near(event, findings),
        abs(findings.onset_at - event.happened_at),
    )


def _is_near(event: DatadogEvent, findings: Findings) -> bool:
    near = findings.troubled_services | findings.neighbours | findings.fellows
    services = labels(event, *SERVICE_KEYS)
    return bool(near & set(services)) or not services


def _heading(event: DatadogEvent, findings: Findings) -> str:
    """In our words alone: titles are data."""
    kind = kind_of(event)
    what = "report, no change" if kind is ChangeKind.NONE else kind.value
    age = findings.onset_at - event.happened_at
    before = precedes(event.happened_at, findings.onset_at)
    time = f"{in_words(abs(age))} {'before' if before else 'after'} the first onset"
    services = set(labels(event, *SERVICE_KEYS))
    if findings.troubled_services & services:
        return f"{what}, {time}, of a service in trouble"
    if (findings.neighbours | findings.fellows) & services:
        return f"{what}, {time}, of a service next to the trouble"
    return f"{what}, {time}, of {'another service' if services else 'no service in particular'}"
