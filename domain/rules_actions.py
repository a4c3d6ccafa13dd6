"""What to do, by kind of cause. Names come from the evidence; nothing else is invented."""

from domain.analysis import Category
from domain.changes import ChangeKind
from domain.culprit import Suspect
from domain.findings import Findings

_UNDO = {
    ChangeKind.DEPLOYMENT: "Roll back",
    ChangeKind.COMMIT: "Revert",
    ChangeKind.FEATURE_FLAG: "Turn off the flag behind",
    ChangeKind.CONFIGURATION: "Set the configuration back to what it was before",
    ChangeKind.KUBERNETES: "Undo in the cluster",
    ChangeKind.OTHER: "Stop or undo",
}
_PREVENT = {
    Category.DEPLOYMENT: (
        "Release to a small share first, and stop when this error pattern appears.",
    ),
    Category.FEATURE_FLAG: (
        "Turn flags on for a small share first, with this alert as the brake.",
    ),
    Category.CONFIGURATION: ("Review and stage configuration like code.",),
    Category.DEPENDENCY: (
        "Give calls to this dependency a timeout, a retry budget and a fallback.",
        "Alert on the dependency itself, so that its owners know first.",
    ),
    Category.TRAFFIC: (
        "Limit what one client may ask for, and scale before the limit is reached.",
    ),
    Category.RESOURCE: ("Alert on the resource before it runs out, and limit what may use it.",),
    Category.INFRASTRUCTURE: ("Spread the service over more than one host.",),
    Category.TRANSIENT: (
        "If this flaps again, let the monitor look at a longer time before it alerts.",
    ),
}


def immediate_actions(
    findings: Findings, category: Category, culprit: Suspect | None
) -> tuple[str, ...]:
    """What helps now, the surest first; always at least one."""
    if culprit:
        undo = f"{_UNDO[culprit.kind]} {_title(culprit)} ({culprit.evidence_id})"
        return (f"{undo}, then watch whether the symptom ends.",)
    name = _blamed(findings)
    if category is Category.DEPENDENCY and name:
        return (f"Check the health of {name} and call its owners.",)
    if category is Category.TRAFFIC:
        return ("Add capacity or shed load, and find where the requests come from.",)
    if category in {Category.RESOURCE, Category.INFRASTRUCTURE}:
        return _host_actions(findings, category)
    if category is Category.TRANSIENT:
        return ("Nothing urgent: check that the symptom stays away.",)
    return ("Look at the evidence below by hand; the rules found no cause.",)


def preventive_actions(category: Category) -> tuple[str, ...]:
    return _PREVENT.get(category, ())


def _host_actions(findings: Findings, category: Category) -> tuple[str, ...]:
    host = findings.case.evidence.host
    name = f"host {host.name}" if host and findings.strains else "what the alert names"
    if category is Category.INFRASTRUCTURE:
        return (f"Bring {name} back, or take it out of service.",)
    return (f"Find what uses up {name}, and stop or move it.",)


def _blamed(findings: Findings) -> str:
    if findings.dependency:
        return findings.dependency.name
    return findings.failure.service if findings.failure else ""


def _title(culprit: Suspect) -> str:
    return f"“{culprit.event.title}”" if culprit.event.title else "the change"
