"""Workflow ids: two requests that mean the same thing get the same id."""

from domain.analysis import AnalysisKey


def incident(incident_id: int) -> str:
    return f"incident-{incident_id}"


def root_cause_analysis(key: AnalysisKey) -> str:
    return f"rca-{key.incident_id}-{key.number}"
