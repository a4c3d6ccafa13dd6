"""Claims by rules: each with a line copied from the item it cites."""

from collections.abc import Iterable, Iterator

from domain.analysis import Claim
from domain.case import Case
from domain.changes import SERVICE_KEYS, ChangeKind, kind_of, labels
from domain.culprit import HALF_LIFE, Suspect
from domain.findings import Findings
from domain.items import events_by_id, similar_by_id
from domain.log_patterns import LogPattern, PatternChange
from domain.quotes import line_of
from domain.spans import clock, in_words
from domain.values import Value

MAX_PATTERN_CLAIMS = 3
MAX_REPORTS = 3


class _Statement(Value):
    """What to claim; the first of `facts` not quoted yet is the line to quote."""

    text: str
    evidence_id: str
    facts: tuple[str, ...]


def claims_of(findings: Findings, culprit: Suspect | None) -> tuple[Claim, ...]:
    """The culprit and its tie first, then errors, metric, host, and hints from the past.

    No line is quoted twice, and nothing is claimed without one.
    """
    statements = (
        *(_about_culprit(findings, culprit) if culprit else ()),
        *_about_failure(findings),
        *_about_dependency(findings),
        *_about_patterns(findings),
        *_about_metric(findings),
        *_about_host(findings),
        *_about_other_reports(findings),
        *_about_the_past(findings.case),
    )
    return tuple(_quoted(findings.case, statements))


def _quoted(case: Case, statements: Iterable[_Statement]) -> Iterator[Claim]:
    taken: set[tuple[str, str]] = set()
    for statement in statements:
        item = case.item(statement.evidence_id)
        lines = (line_of(item.text if item else "", fact) for fact in statement.facts)
        for quote in lines:
            if quote and (statement.evidence_id, quote) not in taken:
                taken.add((statement.evidence_id, quote))
                yield Claim(
                    statement=statement.text, evidence_id=statement.evidence_id, quote=quote
                )
                break


def _about_culprit(findings: Findings, culprit: Suspect) -> Iterator[_Statement]:
    age = in_words(findings.onset_at - culprit.event.happened_at)
    yield _Statement(
        text=f"This came {age} before the trouble began at {clock(findings.onset_at)}.",
        evidence_id=culprit.evidence_id,
        facts=("title", "time"),
    )
    if culprit.link:
        yield _Statement(
            text=f"The change is tied to the symptom: {culprit.link.because}.",
            evidence_id=culprit.link.evidence_id,
            facts=(culprit.link.fact,),
        )


def _about_failure(findings: Findings) -> Iterator[_Statement]:
    """Where the calls lead, what that service said, and that more was asked of it."""
    failure = findings.failure
    if failure is None:
        return
    way = " to ".join(failure.path)
    yield _Statement(
        text=f"By its traces the trouble began in {failure.service} at {clock(failure.began_at)}"
        + (f"; the calls lead from {way}." if len(failure.path) > 1 else "."),
        evidence_id=failure.evidence_id,
        facts=("spans", "onset", "began", "query"),
    )
    for pattern_id, pattern in findings.voices.items():
        if pattern_id not in findings.suspicious and pattern.service == failure.service:
            yield _Statement(
                text=_pattern_words(pattern), evidence_id=pattern_id, facts=("example", "pattern")
            )
            break
    if findings.surge:
        yield _Statement(
            text="More requests than usual came in.", evidence_id=findings.surge, facts=("onset",)
        )


def _about_dependency(findings: Findings) -> Iterator[_Statement]:
    blamed = findings.dependency
    if blamed:
        yield _Statement(
            text=f"{blamed.lines} lines of {blamed.named_by or 'the logs'} blame {blamed.name}.",
            evidence_id=blamed.pattern_id,
            facts=("example", "pattern"),
        )


def _about_patterns(findings: Findings) -> Iterator[_Statement]:
    for pattern_id, pattern in list(findings.patterns.items())[:MAX_PATTERN_CLAIMS]:
        if pattern_id in findings.suspicious or pattern.change is PatternChange.UNCOMPARED:
            yield _Statement(
                text=_pattern_words(pattern),
                evidence_id=pattern_id,
                facts=("example", "pattern", "change"),
            )


def _pattern_words(pattern: LogPattern) -> str:
    who = pattern.service or "a service without a name"
    lines = "1 line" if pattern.count == 1 else f"{pattern.count} lines"
    since = f"since {clock(pattern.began_at)}"
    if pattern.change is PatternChange.NEW:
        return f"A new complaint of {who}: {lines} {since}, none in the hours before."
    if pattern.change is PatternChange.GROWN:
        return f"A complaint of {who} has grown {pattern.factor:.1f} times: {lines} {since}."
    return f"A complaint of {who}: {lines} {since}; whether it is new could not be compared."


def _about_metric(findings: Findings) -> Iterator[_Statement]:
    shift, metric_id = findings.shift, findings.metric_id
    if shift is None:
        return
    yield _Statement(
        text=f"The alert's metric went {shift.direction.value} out of its normal range at "
        f"{clock(shift.onset_at)} and reached {shift.peak:.6g}.",
        evidence_id=metric_id,
        facts=("onset",),
    )
    if shift.returned_at:
        lasted = in_words(shift.returned_at - shift.onset_at)
        yield _Statement(
            text=f"The metric returned to its normal range after {lasted}.",
            evidence_id=metric_id,
            facts=("back to normal",),
        )


def _about_host(findings: Findings) -> Iterator[_Statement]:
    host = findings.case.evidence.host
    for strain in findings.strains if host else ():
        yield _Statement(
            text=f"{host.name if host else ''} {strain.words}, as Datadog shows it.",
            evidence_id="host-1",
            facts=(strain.fact,),
        )


def _about_other_reports(findings: Findings) -> Iterator[_Statement]:
    """Other monitors' alerts and symptoms of the cluster, on what is in trouble, just before it."""
    own = {alert.event_id for alert in findings.case.alerts}
    reports = [
        (evidence_id, event)
        for evidence_id, event in events_by_id(findings.case.evidence).items()
        if kind_of(event) is ChangeKind.NONE
        and event.event_id not in own
        and findings.troubled_services & set(labels(event, *SERVICE_KEYS))
        and findings.onset_at - HALF_LIFE <= event.happened_at <= findings.onset_at
    ]
    for evidence_id, event in reports[-MAX_REPORTS:]:
        age = in_words(findings.onset_at - event.happened_at)
        yield _Statement(
            text=f"This was reported {age} before the trouble began.",
            evidence_id=evidence_id,
            facts=("title",),
        )


def _about_the_past(case: Case) -> Iterator[_Statement]:
    for similar_id, similar in list(similar_by_id(case.evidence).items())[:1]:
        past = similar.incident
        yield _Statement(
            text=f"Only a hint: a similar incident on {past.happened_at:%Y-%m-%d} was settled "
            f"as {past.outcome.value}.",
            evidence_id=similar_id,
            facts=("past incident",),
        )
