"""The digest's facts: the alert's metric and monitor, the host, what memory holds."""

from collections.abc import Iterable

from domain.case import Case
from domain.digest_budget import Candidate, cut_line
from domain.evidence import EvidenceItem, Source

MAX_LINE = 600
_HEADINGS = {
    Source.METRICS: "the alert's metric",
    Source.HOST: "the alert's host, as it is now",
    Source.MONITOR: "the monitor that alerted",
    Source.SIMILAR: "a past incident: a hint, no proof",
}


def facts(case: Case) -> Iterable[Candidate]:
    for source, heading in _HEADINGS.items():
        for item in _shifted_first(case.items, source):
            lines = tuple(cut_line(line, MAX_LINE) for line in item.text.split("\n"))
            yield Candidate(heading=heading, lines=lines, evidence_id=item.id)


def _shifted_first(items: Iterable[EvidenceItem], source: Source) -> list[EvidenceItem]:
    """Of a metric with many groups, those that left their range: only they have a moment."""
    ours = [item for item in items if item.source is source]
    return sorted(ours, key=lambda item: item.happened_at is None)
