"""Workflow ids: two requests that mean the same thing get the same id."""

import re

from domain.analysis import AnalysisKey

_OF_INCIDENT = re.compile(r"(?:incident|rca|reanalysis|learn)-([0-9]{1,18})(?:-|$)")


def incident(incident_id: int) -> str:
    return f"incident-{incident_id}"


def root_cause_analysis(key: AnalysisKey) -> str:
    return f"rca-{key.incident_id}-{key.number}"


def incident_of(workflow_id: str) -> int | None:
    """Whose run that is; None where the id does not say."""
    match = _OF_INCIDENT.match(workflow_id)
    return int(match[1]) if match else None


def auto_downtime(key: str) -> str:
    """From a downtime's key in Datadog, "rayne-<config>-<episode>": one per episode and config."""
    _, config, episode = key.split("-")
    return f"downtime-{episode}-{config}"


def reanalysis(incident_id: int) -> str:
    return f"reanalysis-{incident_id}"


def learning(incident_id: int) -> str:
    return f"learn-{incident_id}"


REBUILD_MEMORY = "rebuild-memory"
RETENTION = "retention"
