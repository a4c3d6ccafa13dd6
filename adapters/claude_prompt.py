"""A case as text for Claude: bounded, without secrets, and with data that cannot pose as ours.

Lines of ours begin with a mark made from a digest of all the data, which no author of data can
know. Every line of data begins with a bar. So data can break out of neither, whatever it holds.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Final, NamedTuple

from domain.alerts import Alert
from domain.case import Case
from domain.evidence import EvidenceItem, Source, SourceResult, SourceStatus, Window
from domain.redaction import redact

CHARACTERS_PER_TOKEN: Final = 4  # of English and logs, roughly
BUDGET: Final = 30_000 * CHARACTERS_PER_TOKEN  # characters of one case
MAX_ITEM: Final = 2_000  # characters of one item's text
MAX_FIELD: Final = 300
MAX_LIST: Final = 600  # characters of all hosts, services or tags of one list
MAX_ALERTS: Final = 20
_ENDING: Final = 400  # characters kept free for what is said last

SYSTEM: Final = files("adapters").joinpath("claude_analyst.md").read_text(encoding="utf-8")

# What explains most in the fewest characters first; no source may take more than half of the room.
_FIRST_TO_KEEP: Final = (
    Source.EVENTS,
    Source.MONITOR,
    Source.METRICS,
    Source.HOST,
    Source.LOGS,
    Source.SIMILAR,
    Source.BASELINE_LOGS,
)
_STATUS: Final = {
    SourceStatus.FOUND: "found",
    SourceStatus.NOTHING: "nothing there",
    SourceStatus.COULD_NOT_ASK: "could not ask",
}
_CUT: Final = " [cut]"


class _Section(NamedTuple):
    """A heading of ours and the data under it."""

    heading: str
    data: tuple[str, ...] = ()


def describe(case: Case) -> str:
    """The case as one text of at most `BUDGET` characters. The same case, the same text."""
    opening = (_incident(case), _alerts(case.alerts), _sources(case.evidence.sources))
    room = BUDGET - _ENDING - sum(_size(section) for section in opening)
    kept = _fitting([_evidence(item) for item in case.items], case.items, room)
    sections = (*opening, *kept.values(), _left_out(case.items, kept))
    return _marked(sections)


def _incident(case: Case) -> _Section:
    frame = case.frame
    return _Section(
        "THE INCIDENT",
        (
            f"title: {_clean(frame.title)}",
            f"first alert at: {frame.first_alert_at.isoformat()}",
            f"evidence is from: {_span(frame.window)}",
            f"changes are from: {_span(frame.changes)}",
            f"monitor: {frame.monitor_id if frame.monitor_id is not None else 'unknown'}",
            f"environment: {_clean(frame.env)}",
            f"services: {_names(frame.services)}",
            f"hosts: {_names(frame.hosts)}",
            f"scope: {_names(frame.scope)}",
            f"metric query: {_clean(frame.metric_query)}",
        ),
    )


def _alerts(alerts: Sequence[Alert]) -> _Section:
    shown = alerts[:MAX_ALERTS]
    extent = f"{len(alerts)}" if len(shown) == len(alerts) else f"{len(shown)} of {len(alerts)}"
    return _Section(f"ALERTS, oldest first: {extent}", tuple(_alert(alert) for alert in shown))


def _alert(alert: Alert) -> str:
    parts = (
        alert.happened_at.isoformat(),
        alert.transition,
        alert.status,
        alert.priority,
        _clean(alert.title or alert.monitor_name),
        f"tags: {_names(alert.tags)}" if alert.tags else "",
        f"message: {_clean(alert.message)}" if alert.message else "",
    )
    return " / ".join(part for part in parts if part)


def _sources(sources: Iterable[SourceResult]) -> _Section:
    lines = tuple(
        f"{result.source}: {_STATUS[result.status]}, {result.count}"
        + (f" ({_clean(result.note)})" if result.note else "")
        for result in sources
    )
    return _Section("SOURCES, and how asking them ended", lines)


def _evidence(item: EvidenceItem) -> _Section:
    at = f", {item.happened_at.isoformat()}" if item.happened_at else ""
    text = _cut(redact(item.text), MAX_ITEM)
    return _Section(f"EVIDENCE {_word(item.id)} ({item.source}{at})", tuple(_lines(text)))


def _fitting(
    sections: Sequence[_Section], items: Sequence[EvidenceItem], room: int
) -> dict[int, _Section]:
    """The sections that there is room for, by their place in the case."""
    spent: Counter[Source] = Counter()
    kept = []
    for place in sorted(range(len(items)), key=lambda at: _FIRST_TO_KEEP.index(items[at].source)):
        source, size = items[place].source, _size(sections[place])
        if spent.total() + size <= room and spent[source] + size <= room // 2:
            spent[source] += size
            kept.append(place)
    return {place: sections[place] for place in sorted(kept)}


def _left_out(items: Sequence[EvidenceItem], kept: dict[int, _Section]) -> _Section:
    counts = Counter(item.source for place, item in enumerate(items) if place not in kept)
    if not counts:
        return _Section("END OF THE CASE. No evidence was left out.")
    by_source = ", ".join(f"{count} from {source}" for source, count in sorted(counts.items()))
    return _Section(
        f"END OF THE CASE. Left out for lack of room: {counts.total()} of {len(items)} pieces of "
        f"evidence ({by_source})."
    )


def _marked(sections: Iterable[_Section]) -> str:
    sections = tuple(sections)
    digest = hashlib.sha256(repr(sections).encode("utf-8", "replace")).hexdigest()
    mark = f"#{digest[:12]}#"
    lines = []
    for section in sections:
        lines.append(f"{mark} {section.heading}")
        lines.extend(f"| {line}" for text in section.data for line in _lines(text))
    return "\n".join(lines)


def _size(section: _Section) -> int:
    """Characters that the section takes, its mark, bars and line ends included."""
    return 16 + len(section.heading) + sum(3 + len(line) for line in section.data)


def _clean(text: str) -> str:
    """A short field on one line."""
    return _cut(" ".join(redact(text).split()), MAX_FIELD)


def _names(names: Sequence[str]) -> str:
    return _cut(", ".join(_clean(name) for name in names), MAX_LIST)


def _span(window: Window) -> str:
    return f"{window.start.isoformat()} to {window.end.isoformat()}"


def _word(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum() or letter in "-_")


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - len(_CUT)] + _CUT


def _lines(text: str) -> list[str]:
    """The text's lines, by every line end that Unicode knows, without invisible characters."""
    return ["".join(filter(_is_visible, line)) for line in text.splitlines()] or [""]


def _is_visible(letter: str) -> bool:
    return letter == "\t" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
