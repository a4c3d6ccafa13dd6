"""Who began to be in trouble when: one table over logs, spans, metrics and health."""

from collections.abc import Iterable, Mapping

from pydantic import AwareDatetime

from domain.case import Case
from domain.findings import Findings
from domain.item_text import when
from domain.items import health_by_id, metrics_by_id, origins_by_id, related_by_id
from domain.log_patterns import LogPattern
from domain.symptom import carrying
from domain.values import Value


class Onset(Value):
    """`evidence_id` is "" for the alert itself."""

    at: AwareDatetime
    service: str
    sign: str  # in our words
    evidence_id: str

    @property
    def words(self) -> str:
        source = f" ({self.evidence_id})" if self.evidence_id else ""
        return f"{when(self.at)} {self.service or 'no service named'}: {self.sign}{source}"


def onsets(findings: Findings) -> tuple[Onset, ...]:
    """Earliest first. Only what departs from its usual has an onset."""
    case = findings.case
    found = (
        *_of_logs(findings.suspicious),
        *_of_logs(carrying(related_by_id(case.evidence, case.frame))),
        *_of_spans(case),
        *_of_health(case),
        *_of_metrics(case),
        _of_alert(case),
    )
    return tuple(sorted(found, key=lambda one: (one.at, one.service, one.evidence_id)))


def _of_logs(patterns: Mapping[str, LogPattern]) -> Iterable[Onset]:
    for key, one in patterns.items():
        sign = f"{one.change.value} errors in the logs, {one.count} lines"
        yield Onset(at=one.began_at, service=one.service, sign=sign, evidence_id=key)


def _of_spans(case: Case) -> Iterable[Onset]:
    for key, one in origins_by_id(case.evidence, case.frame).items():
        if one.began_at:
            sign = f"spans {one.trouble.value}, {one.count} of {one.seen} seen"
            yield Onset(at=one.began_at, service=one.service, sign=sign, evidence_id=key)


def _of_health(case: Case) -> Iterable[Onset]:
    for key, one in health_by_id(case.evidence, case.frame).items():
        if one.shift and (one.is_trouble or one.is_surge):
            factor = f", {one.shift.factor:.3g} times the usual" if one.shift.factor else ""
            sign = f"{one.statistic} {one.shift.direction.value}{factor}"
            yield Onset(at=one.shift.onset_at, service=one.service, sign=sign, evidence_id=key)


def _of_metrics(case: Case) -> Iterable[Onset]:
    for key, (_, reading) in metrics_by_id(case.evidence, case.frame).items():
        if reading.shift:
            sign = f"the alert's metric {reading.shift.direction.value}"
            service = next(iter(case.frame.services), "")
            yield Onset(at=reading.shift.onset_at, service=service, sign=sign, evidence_id=key)


def _of_alert(case: Case) -> Onset:
    service = next(iter(case.frame.services), "")
    return Onset(at=case.frame.first_alert_at, service=service, sign="first alert", evidence_id="")
