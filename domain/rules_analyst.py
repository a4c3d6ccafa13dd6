"""The analyst that needs no model: rules over the evidence, and no more than the rules know."""

from domain.analysis import (
    NO_CULPRIT,
    AnalystKind,
    Authorship,
    Category,
    Draft,
    Explanation,
)
from domain.case import Case
from domain.changes import SERVICE_KEYS, ChangeKind, labels
from domain.culprit import Suspect, rank_suspects
from domain.evidence import Source, SourceStatus
from domain.examination import examine
from domain.findings import Findings
from domain.missing_evidence import gaps
from domain.rules_actions import immediate_actions, preventive_actions
from domain.rules_alternatives import alternatives
from domain.rules_claims import claims_of
from domain.rules_summary import summary_of

_CATEGORY = {
    ChangeKind.DEPLOYMENT: Category.DEPLOYMENT,
    ChangeKind.COMMIT: Category.DEPLOYMENT,
    ChangeKind.FEATURE_FLAG: Category.FEATURE_FLAG,
    ChangeKind.CONFIGURATION: Category.CONFIGURATION,
    ChangeKind.KUBERNETES: Category.INFRASTRUCTURE,
}


class RulesAnalyst:
    """Deterministic and without input or output; the same case gives the same draft."""

    async def explain(self, case: Case) -> Draft:
        findings = examine(case)
        suspects = rank_suspects(findings)
        culprit = next((suspect for suspect in suspects if suspect.is_culprit), None)
        category = _category(findings, suspects, culprit)
        return Draft(
            explanation=Explanation(
                summary=summary_of(findings, category, culprit),
                culprit_change=culprit.evidence_id if culprit else NO_CULPRIT,
                first_failing_service=_first_failing_service(findings, category, culprit),
                affected_services=_affected_services(findings),
                category=category,
                claims=claims_of(findings, culprit),
                ruled_out=alternatives(findings, suspects, culprit),
                immediate_actions=immediate_actions(findings, category, culprit),
                preventive_actions=preventive_actions(category),
                missing_evidence=gaps(case),
            ),
            authorship=Authorship(analyst=AnalystKind.RULES, model="rules"),
        )


def _category(
    findings: Findings, suspects: tuple[Suspect, ...], culprit: Suspect | None
) -> Category:
    """A culprit decides, else what was short, else whom errors or traces blame."""
    if culprit and culprit.kind in _CATEGORY:
        return _CATEGORY[culprit.kind]
    shortage = _shortage(findings, culprit)
    if shortage:
        return shortage
    if findings.dependency or (culprit is None and findings.began_elsewhere):
        return Category.DEPENDENCY
    if culprit is None and _is_transient(findings, suspects):
        return Category.TRANSIENT
    return Category.UNKNOWN


def _shortage(findings: Findings, culprit: Suspect | None) -> Category | None:
    """A host that is gone or has no more to give, or more requests than there is room for."""
    if any(strain.fact == "state" for strain in findings.strains):
        return Category.INFRASTRUCTURE
    if findings.host_explains_it:
        return Category.RESOURCE
    return Category.TRAFFIC if culprit is None and findings.surge else None


def _is_transient(findings: Findings, suspects: tuple[Suspect, ...]) -> bool:
    """It passed by itself and no change was near, which only an answered search can tell."""
    if findings.case.evidence.status(Source.EVENTS) is SourceStatus.COULD_NOT_ASK:
        return False
    return findings.passed_by_itself and not any(suspect.is_near for suspect in suspects)


def _first_failing_service(findings: Findings, category: Category, culprit: Suspect | None) -> str:
    """Whom the errors blame, else where traces lead, else what was changed, else who erred first.

    Without errors and without a cause nothing is known to have failed: "".
    """
    if findings.dependency and (findings.failure or category is Category.DEPENDENCY):
        return findings.dependency.name
    if findings.failure:
        return findings.failure.service
    changed = labels(culprit.event, *SERVICE_KEYS) if culprit else ()
    for service in changed:
        if service in findings.troubled_services:
            return service
    if findings.failing_service or category in {Category.UNKNOWN, Category.TRANSIENT}:
        return findings.failing_service
    return next(iter(findings.case.frame.services), "")


def _affected_services(findings: Findings) -> tuple[str, ...]:
    """The alert's services, then those whose errors carry the incident, in order of onset."""
    by_onset = sorted(findings.voices.values(), key=lambda pattern: pattern.began_at)
    logging = (pattern.service for pattern in by_onset if pattern.service)
    path = findings.failure.path if findings.failure else ()
    return tuple(dict.fromkeys((*findings.case.frame.services, *logging, *path)))
