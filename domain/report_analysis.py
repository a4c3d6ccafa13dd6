"""The middle of a report: the explanation, each claim with the words that it rests on."""

from collections.abc import Iterable

from domain.analysis import NO_CULPRIT, Alternative, Claim
from domain.evidence import Source, SourceResult, SourceStatus
from domain.markdown import bullets, link, paragraphs, quote, table, text
from domain.report_citations import Citations
from domain.report_facts import Report, listed

NOT_KNOWN = "not known"
MAX_CLAIMS = 20
MAX_POINTS = 15
MAX_SUMMARY = 3_000  # characters


def analysis(report: Report) -> list[str]:
    conclusion = report.conclusion
    return [
        "## Root cause analysis",
        paragraphs(conclusion.summary, MAX_SUMMARY),
        _verdict(report),
        *_claims(report),
        *_alternatives(conclusion.ruled_out),
        *_points("### What to do now", conclusion.immediate_actions),
        *_points("### What would prevent it", conclusion.preventive_actions),
        "### What was asked",
        _sources(report),
        *_points("### Missing evidence", conclusion.missing_evidence),
    ]


def _verdict(report: Report) -> str:
    conclusion = report.conclusion
    return bullets(
        [
            f"**Outcome: {conclusion.outcome}.** {text(conclusion.outcome_reason)}",
            f"**Culprit change:** {_culprit(report)}",
            f"**Kind of cause:** {conclusion.category.value.replace('_', ' ')}",
            f"**First failing service:** {text(conclusion.first_failing_service) or NOT_KNOWN}",
            f"**Affected services:** {listed(map(text, conclusion.affected_services), NOT_KNOWN)}",
        ]
    )


def _culprit(report: Report) -> str:
    conclusion = report.conclusion
    if conclusion.culprit_change == NO_CULPRIT:
        return "none"
    title = conclusion.culprit_title or f"event {conclusion.culprit_change}"
    return link(title, report.links.event(conclusion.culprit_change))


def _claims(report: Report) -> Iterable[str]:
    """Each claim is a block of its own, so that a long list can go on in the next cell."""
    claims, dropped = report.conclusion.claims, report.conclusion.dropped_claims
    yield "### What the evidence shows"
    if not claims:
        yield "No claim was left after checking."
    citations = Citations(report)
    for number, claim in enumerate(claims[:MAX_CLAIMS], start=1):
        yield _claim(number, claim, citations)
    if len(claims) > MAX_CLAIMS:
        yield f"{len(claims) - MAX_CLAIMS} more claims are not shown."
    if dropped:
        yield f"{dropped} more left out: the quotes were not found in the evidence they cited."


def _claim(number: int, claim: Claim, citations: Citations) -> str:
    statement = f"**{number}.** {text(claim.statement)} ({citations.cite(claim.evidence_id)})"
    return f"{statement}\n\n{quote(claim.quote)}"


def _alternatives(ruled_out: tuple[Alternative, ...]) -> list[str]:
    if not ruled_out:
        return []
    shown = (
        f"{text(other.explanation)} **Against it:** {text(other.ruled_out_by)}"
        for other in ruled_out[:MAX_POINTS]
    )
    return ["### Ruled out", bullets(shown)]


def _points(heading: str, points: tuple[str, ...]) -> list[str]:
    return [heading, bullets(map(text, points[:MAX_POINTS]))] if points else []


def _sources(report: Report) -> str:
    """Every source there is: one that nobody asked is not one that had nothing to say."""
    rows = [
        (source.value.replace("_", " "), *_how_it_ended(report.source(source))) for source in Source
    ]
    return table(("Source", "Answer", "Note"), rows)


def _how_it_ended(result: SourceResult | None) -> tuple[str, str]:
    if result is None:
        return "**not asked**", ""
    answers = {
        SourceStatus.FOUND: f"{result.count} found",
        SourceStatus.NOTHING: "asked: nothing there",
        SourceStatus.COULD_NOT_ASK: "**could not be asked**",
    }
    return answers[result.status], text(result.note)
