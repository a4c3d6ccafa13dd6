"""Workflow ids: two requests that mean the same thing get the same id."""

from domain.analysis import AnalysisKey


def incident(incident_id: int) -> str:
    return f"incident-{incident_id}"


def root_cause_analysis(key: AnalysisKey) -> str:
    return f"rca-{key.incident_id}-{key.number}"


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
