"""A case as text for Claude: bounded, without secrets, and with data that cannot pose as ours."""

from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Final

from adapters.claude_fence import (
    Section,
    cut,
    fenced,
    lines_of,
    mark_of,
    names,
    short,
    size_of,
    word,
)
from domain.alerts import Alert
from domain.case import Case
from domain.evidence import EvidenceItem, Source, SourceResult, SourceStatus, Window
from domain.redaction import redact

CHARACTERS_PER_TOKEN: Final = 4  # of English and logs, roughly
BUDGET: Final = 30_000 * CHARACTERS_PER_TOKEN  # characters of one case
MAX_ITEM: Final = 2_000  # characters of one item's text
MAX_ALERTS: Final = 20
_ENDING: Final = 400  # characters kept free for what is said last

SYSTEM: Final = files("adapters").joinpath("claude_analyst.md").read_text(encoding="utf-8")

# What explains most in the fewest characters first; no source may take more than half of the room.
_FIRST_TO_KEEP: Final = (
    Source.EVENTS,
    Source.MONITOR,
    Source.METRICS,
    Source.HEALTH,
    Source.HOST,
    Source.LOGS,
    Source.RELATED_LOGS,
    Source.SPANS,
    Source.SIMILAR,
    Source.BASELINE_LOGS,
)
STATUS: Final = {
    SourceStatus.FOUND: "found",
    SourceStatus.NOTHING: "nothing there",
    SourceStatus.COULD_NOT_ASK: "could not ask",
}


def describe(case: Case) -> str:
    """The case as one text of at most `BUDGET` characters. The same case, the same text."""
    opening = opening_of(case)
    room = BUDGET - _ENDING - sum(size_of(section) for section in opening)
    kept = _fitting([_evidence(item) for item in case.items], case.items, room)
    sections = (*opening, *kept.values(), _left_out(case.items, kept))
    return fenced(sections, mark_of(sections))


def opening_of(case: Case) -> tuple[Section, ...]:
    """What the case is about, and how asking each source ended."""
    return (_incident(case), _alerts(case.alerts), _sources(case.evidence.sources))


def _incident(case: Case) -> Section:
    frame = case.frame
    return Section(
        "THE INCIDENT",
        (
            f"title: {short(frame.title)}",
            f"first alert at: {frame.first_alert_at.isoformat()}",
            f"evidence is from: {_span(frame.window)}",
            f"changes are from: {_span(frame.changes)}",
            f"monitor: {frame.monitor_id if frame.monitor_id is not None else 'unknown'}",
            f"environment: {short(frame.env)}",
            f"services: {names(frame.services)}",
            f"hosts: {names(frame.hosts)}",
            f"scope: {names(frame.scope)}",
            f"metric query: {short(frame.metric_query)}",
        ),
    )


def _alerts(alerts: Sequence[Alert]) -> Section:
    shown = alerts[:MAX_ALERTS]
    extent = f"{len(alerts)}" if len(shown) == len(alerts) else f"{len(shown)} of {len(alerts)}"
    return Section(f"ALERTS, oldest first: {extent}", tuple(_alert(alert) for alert in shown))


def _alert(alert: Alert) -> str:
    parts = (
        alert.happened_at.isoformat(),
        alert.transition,
        alert.status,
        alert.priority,
        short(alert.title or alert.monitor_name),
        f"tags: {names(alert.tags)}" if alert.tags else "",
        f"message: {short(alert.message)}" if alert.message else "",
    )
    return " / ".join(part for part in parts if part)


def _sources(sources: Iterable[SourceResult]) -> Section:
    lines = tuple(
        f"{result.source}: {STATUS[result.status]}, {result.count}"
        + (f" ({short(result.note)})" if result.note else "")
        for result in sources
    )
    return Section("SOURCES, and how asking them ended", lines)


def _evidence(item: EvidenceItem) -> Section:
    at = f", {item.happened_at.isoformat()}" if item.happened_at else ""
    text = cut(redact(item.text), MAX_ITEM)
    return Section(f"EVIDENCE {word(item.id)} ({item.source}{at})", tuple(lines_of(text)))


def _fitting(
    sections: Sequence[Section], items: Sequence[EvidenceItem], room: int
) -> dict[int, Section]:
    """The sections that there is room for, by their place in the case."""
    spent: Counter[Source] = Counter()
    kept = []
    for place in sorted(range(len(items)), key=lambda at: _FIRST_TO_KEEP.index(items[at].source)):
        source, size = items[place].source, size_of(sections[place])
        if spent.total() + size <= room and spent[source] + size <= room // 2:
            spent[source] += size
            kept.append(place)
    return {place: sections[place] for place in sorted(kept)}


def _left_out(items: Sequence[EvidenceItem], kept: dict[int, Section]) -> Section:
    counts = Counter(item.source for place, item in enumerate(items) if place not in kept)
    if not counts:
        return Section("END OF THE CASE. No evidence was left out.")
    by_source = ", ".join(f"{count} from {source}" for source, count in sorted(counts.items()))
    return Section(
        f"END OF THE CASE. Left out for lack of room: {counts.total()} of {len(items)} pieces of "
        f"evidence ({by_source})."
    )


def _span(window: Window) -> str:
    return f"{window.start.isoformat()} to {window.end.isoformat()}"
