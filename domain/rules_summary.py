"""The rules analyst's finding in a few sentences that claim no more than the rules know."""

from domain.analysis import Category
from domain.culprit import Suspect
from domain.evidence import Source, SourceStatus
from domain.findings import Findings
from domain.missing_evidence import gaps
from domain.spans import clock, in_words


def summary_of(findings: Findings, category: Category, culprit: Suspect | None) -> str:
    cause = _culprit(findings, culprit) if culprit else _cause(findings, category)
    gap = "Not everything could be asked, so this may change." if gaps(findings.case) else ""
    return " ".join(part for part in (cause, gap) if part)


def _culprit(findings: Findings, culprit: Suspect) -> str:
    age = in_words(findings.onset_at - culprit.event.happened_at)
    tie = f": {culprit.link.because}" if culprit.link else ""
    return (
        f"The {culprit.kind.value} “{culprit.event.title}” came {age} before the trouble began at "
        f"{clock(findings.onset_at)} and is tied to it{tie}."
    )


def _cause(findings: Findings, category: Category) -> str:
    since = f"The trouble began at {clock(findings.onset_at)}."
    host = findings.case.evidence.host
    if host and category in {Category.RESOURCE, Category.INFRASTRUCTURE}:
        strains = " and ".join(strain.words for strain in findings.strains)
        return f"{since} Host {host.name} {strains}. {_changes(findings)}"
    if category is Category.TRAFFIC:
        return f"{since} More requests than usual came in. {_changes(findings)}"
    if category is Category.DEPENDENCY:
        return f"{since} {_blame(findings)} {_changes(findings)}"
    if category is Category.TRANSIENT:
        return f"{since} It passed by itself, and no change was near it in time and place."
    return f"{since} The rules found no cause. {_changes(findings)}"


def _blame(findings: Findings) -> str:
    if findings.dependency:
        return f"The errors of {findings.dependency.named_by} blame {findings.dependency.name}."
    failure = findings.failure
    return f"Traces lead to {failure.service}, which failed first." if failure else ""


def _changes(findings: Findings) -> str:
    if findings.case.evidence.status(Source.EVENTS) is SourceStatus.COULD_NOT_ASK:
        return "Whether something was changed before could not be asked."
    return "No recent change is tied to it."
