"""Which queue serves what: the one list that workers and replays go by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from activities.analysis import AnalysisActivities
from activities.downtimes import DowntimeActivities
from activities.evidence import EvidenceActivities
from activities.framing import FramingActivities
from activities.incidents import IncidentActivities
from activities.notebook import NotebookActivities
from activities.reactions import ReactionActivities
from activities.recollection import MemoryActivities
from workflows.auto_downtime import AutoDowntime
from workflows.incident_lifecycle import IncidentLifecycle
from workflows.root_cause_analysis import RootCauseAnalysis

WORKFLOWS: tuple[type, ...] = (IncidentLifecycle, RootCauseAnalysis, AutoDowntime)


@dataclass(frozen=True)
class Steps:
    """Every holder of activities, built and ready."""

    incidents: IncidentActivities
    framing: FramingActivities
    evidence: EvidenceActivities
    memory: MemoryActivities
    analysis: AnalysisActivities
    notebook: NotebookActivities
    reactions: ReactionActivities
    downtimes: DowntimeActivities


def main_activities(steps: Steps) -> list[Callable[..., Any]]:
    """What queue `rayne` serves."""
    return [
        steps.incidents.load_incident,
        steps.incidents.end_incident,
        steps.incidents.note_failed_analysis,
        steps.framing.frame_analysis,
        steps.evidence.fetch_logs,
        steps.evidence.fetch_baseline_logs,
        steps.evidence.fetch_events,
        steps.evidence.fetch_host,
        steps.evidence.fetch_monitor,
        steps.evidence.fetch_metrics,
        steps.evidence.note_unanswered,
        steps.memory.embed_incident,
        steps.memory.find_similar,
        steps.memory.remember_incident,
        steps.memory.note_duration,
        steps.analysis.apply_rules,
        steps.analysis.check_claims,
        steps.notebook.write_notebook,
        steps.notebook.resolve_notebook,
        steps.reactions.plan_reactions,
        steps.reactions.forward_delivery,
        steps.downtimes.mute_monitor,
        steps.downtimes.is_alerting,
        steps.downtimes.lift_downtime,
        steps.downtimes.note_muting,
    ]


def model_activities(steps: Steps) -> list[Callable[..., Any]]:
    """What queue `rayne-model` serves."""
    return [steps.analysis.ask_claude]
