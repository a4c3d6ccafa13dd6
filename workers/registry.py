"""Which queue serves what: the one list that workers and replays go by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from activities.admission import AdmissionActivities
from activities.analysis import AnalysisActivities
from activities.downtimes import DowntimeActivities
from activities.evidence import EvidenceActivities
from activities.framing import FramingActivities
from activities.incidents import IncidentActivities
from activities.learning import LearningActivities
from activities.notebook import NotebookActivities
from activities.notices import NoticeActivities
from activities.preparation import PreparationActivities
from activities.reactions import ReactionActivities
from activities.recollection import MemoryActivities
from activities.retention import RetentionActivities
from activities.tool_calls import ToolActivities
from activities.turns import TurnActivities
from domain.health import Probe
from workflows.auto_downtime import AutoDowntime
from workflows.incident_lifecycle import IncidentLifecycle
from workflows.learning import LearnFromFeedback, RebuildMemory
from workflows.reanalysis import Reanalysis
from workflows.retention import Retention
from workflows.root_cause_analysis import RootCauseAnalysis

WORKFLOWS: tuple[type, ...] = (
    IncidentLifecycle,
    RootCauseAnalysis,
    AutoDowntime,
    LearnFromFeedback,
    RebuildMemory,
    Reanalysis,
    Retention,
)


@dataclass(frozen=True)
class Steps:
    """Every holder of activities, built and ready."""

    incidents: IncidentActivities
    admission: AdmissionActivities
    framing: FramingActivities
    evidence: EvidenceActivities
    preparation: PreparationActivities
    memory: MemoryActivities
    learning: LearningActivities
    turns: TurnActivities
    tools: ToolActivities
    analysis: AnalysisActivities
    notebook: NotebookActivities
    reactions: ReactionActivities
    downtimes: DowntimeActivities
    notices: NoticeActivities
    retention: RetentionActivities
    probes: Mapping[str, Probe] = field(default_factory=dict)  # of what they ask, by its name


def main_activities(steps: Steps) -> list[Callable[..., Any]]:
    """What queue `rayne` serves."""
    return [
        steps.incidents.load_incident,
        steps.incidents.end_incident,
        steps.incidents.note_failed_analysis,
        steps.admission.await_turn,
        steps.retention.plan_retention,
        steps.retention.remove_batch,
        steps.framing.frame_analysis,
        steps.evidence.fetch_logs,
        steps.evidence.fetch_baseline_logs,
        steps.evidence.fetch_events,
        steps.evidence.fetch_host,
        steps.evidence.fetch_monitor,
        steps.evidence.fetch_metrics,
        steps.evidence.fetch_related_logs,
        steps.evidence.fetch_spans,
        steps.evidence.fetch_health,
        steps.evidence.note_unanswered,
        steps.memory.embed_incident,
        steps.memory.find_similar,
        steps.memory.remember_incident,
        steps.memory.note_duration,
        steps.learning.learn_from_feedback,
        steps.learning.relearn,
        steps.tools.use_tool,
        steps.tools.note_failed_call,
        # Runs that began before `rayne-compute` was there have scheduled these here.
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
        steps.notices.send_notice,
        steps.notices.give_up_notice,
    ]


def model_activities(steps: Steps) -> list[Callable[..., Any]]:
    """What queue `rayne-model` serves."""
    return [steps.turns.take_turn, steps.turns.ask_claude]


def compute_activities(steps: Steps) -> list[Callable[..., Any]]:
    """What queue `rayne-compute` serves."""
    return [
        steps.preparation.prepare_case,
        steps.preparation.write_digest,
        steps.analysis.apply_rules,
        steps.analysis.check_claims,
    ]
