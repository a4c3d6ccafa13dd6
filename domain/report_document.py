"""A report as a structured document, in the first Rayne's words: what templates are filled from.

What Rayne cannot know (how many people were affected, what it cost the business) is null, for a
person to fill in.
"""

from collections.abc import Iterable

from pydantic import JsonValue

from domain.analysis import Claim
from domain.evidence import Source
from domain.log_patterns import LogPattern
from domain.memory import SimilarIncident
from domain.pricing import cost_usd
from domain.report_citations import Citations
from domain.report_facts import Report
from domain.searches import severe_logs

Document = dict[str, JsonValue]


def document(report: Report) -> Document:
    """Plain values, without markup and without secrets; times are ISO-8601 in UTC."""
    return {
        "summary": _summary(report),
        "root_cause_analysis": _root_cause(report),
        "impact_assessment": _impact(report),
        "recommendations": _recommendations(report),
        "similar_incidents": _similar(report),
        "logs": _logs(report),
        "metadata": _metadata(report),
    }


def _summary(report: Report) -> Document:
    incident, frame, alerts = report.case.incident, report.case.frame, report.case.alerts
    return {
        "monitor_id": frame.monitor_id,
        "monitor_name": report.monitor_name,
        "alert_status": "RESOLVED" if report.resolution else "ACTIVE",
        "application_team": _first(alert.label("team") for alert in alerts),
        "service": _first(frame.services),
        "hostname": _first(frame.hosts),
        "environment": incident.env,
        "timestamp": incident.first_alert_at.isoformat(),
        "scope": list(frame.scope),
        "title": incident.title,
        "message": _first(alert.message for alert in alerts),
        "url": report.links.monitor(frame.monitor_id) if frame.monitor_id is not None else "",
    }


def _root_cause(report: Report) -> Document:
    conclusion, citations = report.conclusion, Citations(report)
    return {
        "likely_cause": conclusion.summary,
        "confidence": conclusion.outcome.value,
        "confidence_reason": conclusion.outcome_reason,
        "category": conclusion.category.value,
        "culprit_change": conclusion.culprit_change,
        "culprit_title": conclusion.culprit_title,
        "first_failing_service": conclusion.first_failing_service,
        "affected_components": list(conclusion.affected_services),
        "evidence": [_evidence(claim, citations) for claim in conclusion.claims],
        "dropped_claims": conclusion.dropped_claims,
        "ruled_out": [
            {"explanation": other.explanation, "ruled_out_by": other.ruled_out_by}
            for other in conclusion.ruled_out
        ],
        "missing_evidence": list(conclusion.missing_evidence),
    }


def _evidence(claim: Claim, citations: Citations) -> JsonValue:
    return {
        "id": claim.evidence_id,
        "statement": claim.statement,
        "quote": claim.quote,
        "url": citations.url(claim.evidence_id),
    }


def _impact(report: Report) -> Document:
    incident, resolution = report.case.incident, report.resolution
    return {
        "severity": incident.priority,
        "affected_users": None,
        "affected_services": list(report.conclusion.affected_services),
        "business_impact": None,
        "alerts": len(report.case.alerts),
        "started_at": incident.first_alert_at.isoformat(),
        "resolved_at": resolution.resolved_at.isoformat() if resolution else None,
        "duration_seconds": resolution.duration_seconds if resolution else None,
    }


def _recommendations(report: Report) -> Document:
    conclusion = report.conclusion
    return {
        "immediate_actions": list(conclusion.immediate_actions),
        "follow_up_actions": [f"Find out: {gap}" for gap in conclusion.missing_evidence],
        "preventive_measures": list(conclusion.preventive_actions),
    }


def _similar(report: Report) -> Document:
    found = report.evidence.similar
    return {
        "found": len(found),
        "asked": report.evidence.status(Source.SIMILAR).value,
        "references": [_reference(report, similar) for similar in found],
    }


def _reference(report: Report, similar: SimilarIncident) -> JsonValue:
    past = similar.incident
    return {
        "monitor_id": past.monitor_id,
        "title": past.title,
        "happened_at": past.happened_at.isoformat(),
        "similarity_score": similar.score,
        "matched_by": list(similar.matched_by),
        "reasons": list(similar.reasons),
        "standing": past.standing.value,
        "cause": past.summary,
        "resolution": past.remediation,
        "outcome": past.outcome.value,
        "url": report.links.notebook(past.notebook.id) if past.notebook else "",
    }


def _logs(report: Report) -> Document:
    query, window = severe_logs(report.case.frame), report.case.frame.window
    return {
        "query": query,
        "url": report.links.logs(query),
        "asked": report.evidence.status(Source.LOGS).value,
        "lines": len(report.evidence.logs),
        "from": window.start.isoformat(),
        "to": window.end.isoformat(),
        "patterns": [_pattern(key, one) for key, one in report.patterns.items()],
    }


def _pattern(evidence_id: str, pattern: LogPattern) -> JsonValue:
    return {
        "id": evidence_id,
        "template": pattern.template,
        "example": pattern.example,
        "service": pattern.service,
        "status": pattern.status,
        "count": pattern.count,
        "change": pattern.change.value,
        "first_seen": pattern.first_seen_at.isoformat(),
    }


def _metadata(report: Report) -> Document:
    incident, authorship = report.case.incident, report.conclusion.authorship
    dollars = authorship.dollars or cost_usd(authorship.model, authorship.usage)
    return {
        "incident_id": incident.id,
        "incident_key": incident.key,
        "analysis": report.case.frame.number,
        "analyst": authorship.analyst.value,
        "model": authorship.model,
        "instead_of_claude": authorship.instead_of_claude,
        "input_tokens": authorship.usage.input_tokens,
        "output_tokens": authorship.usage.output_tokens,
        "dollars": None if dollars is None else float(dollars),
        "written_at": report.finished_at.isoformat(),
        "notebook": incident.notebook.url if incident.notebook else "",
    }


def _first(words: Iterable[str]) -> str:
    return next((word for word in words if word), "")
