"""Claims by rules: each with a line copied from the item it cites."""

from collections.abc import Iterable

from domain.analysis import Claim
from domain.case import Case
from domain.culprit import Suspect
from domain.findings import Findings
from domain.items import similar_by_id
from domain.log_patterns import LogPattern, PatternChange
from domain.metric_onset import MetricShift
from domain.quotes import line_of
from domain.spans import clock, in_words

MAX_PATTERN_CLAIMS = 3


def claims_of(findings: Findings, culprit: Suspect | None) -> tuple[Claim, ...]:
    """The culprit and its tie first, then errors, metric, host, and hints from the past."""
    return (
        *(_culprit_claims(findings, culprit) if culprit else ()),
        *_dependency_claims(findings),
        *_pattern_claims(findings),
        *_metric_claims(findings),
        *_host_claims(findings),
        *_similar_claims(findings.case),
    )


def _culprit_claims(findings: Findings, culprit: Suspect) -> Iterable[Claim]:
    age = findings.onset_at - culprit.event.happened_at
    yield from _claim(
        findings.case,
        culprit.evidence_id,
        f"This change came {in_words(age)} before the trouble began at {clock(findings.onset_at)}.",
        "title",
    )
    if culprit.link:
        tie = culprit.link
        yield from _claim(
            findings.case,
            tie.evidence_id,
            f"The change is tied to the symptom: {tie.because}.",
            tie.fact,
        )


def _dependency_claims(findings: Findings) -> Iterable[Claim]:
    blamed = findings.dependency
    if blamed:
        yield from _claim(
            findings.case,
            blamed.pattern_id,
            f"{blamed.lines} lines of {blamed.named_by} blame {blamed.name}.",
            "example",
        )


def _pattern_claims(findings: Findings) -> Iterable[Claim]:
    for pattern_id, pattern in list(findings.patterns.items())[:MAX_PATTERN_CLAIMS]:
        if pattern_id in findings.suspicious or pattern.change is PatternChange.UNCOMPARED:
            yield from _claim(findings.case, pattern_id, _about(pattern), "pattern")


def _about(pattern: LogPattern) -> str:
    who = pattern.service or "a service without a name"
    lines = "1 line" if pattern.count == 1 else f"{pattern.count} lines"
    since = f"since {clock(pattern.began_at)}"
    if pattern.change is PatternChange.NEW:
        return f"A new error of {who}: {lines} {since}, none in the hours before."
    if pattern.change is PatternChange.GROWN:
        return f"An old error of {who} has grown {pattern.factor:.1f} times: {lines} {since}."
    return f"An error of {who}: {lines} {since}; whether it is new could not be compared."


def _metric_claims(findings: Findings) -> Iterable[Claim]:
    for metric_id, shift in findings.shifts.items():
        yield from _claim(findings.case, metric_id, _about_shift(shift), "onset")
        if shift.returned_at:
            lasted = in_words(shift.returned_at - shift.onset_at)
            came_back = f"The metric was back to normal after {lasted}."
            yield from _claim(findings.case, metric_id, came_back, "back to normal")


def _about_shift(shift: MetricShift) -> str:
    return (
        f"The alert's metric went {shift.direction.value} out of its normal range at "
        f"{clock(shift.onset_at)} and reached {shift.peak:.6g}."
    )


def _host_claims(findings: Findings) -> Iterable[Claim]:
    host = findings.case.evidence.host
    for strain in findings.strains:
        statement = f"{host.name if host else 'The host'} {strain.words}, as Datadog shows it."
        yield from _claim(findings.case, "host-1", statement, strain.fact)


def _similar_claims(case: Case) -> Iterable[Claim]:
    for similar_id, similar in list(similar_by_id(case.evidence).items())[:1]:
        past = similar.incident
        statement = (
            f"A hint, no proof: a similar incident on {past.happened_at:%Y-%m-%d} was settled as "
            f"{past.outcome.value}."
        )
        yield from _claim(case, similar_id, statement, "past incident")


def _claim(case: Case, evidence_id: str, statement: str, fact: str) -> Iterable[Claim]:
    """Nothing where the item has no such line: a claim without a quote is not worth making."""
    item = case.item(evidence_id)
    quote = line_of(item.text, fact) if item else ""
    if quote:
        yield Claim(statement=statement, evidence_id=evidence_id, quote=quote)
