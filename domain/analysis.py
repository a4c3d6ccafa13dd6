"""What an analyst says, and what is left of it after code has checked it."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime

from domain.evidence import EvidenceItem, SourceResult
from domain.values import Value

NO_CULPRIT = "none"


class Outcome(StrEnum):
    """Settled by code, never by the model."""

    CONFIRMED = "CONFIRMED"
    LIKELY = "LIKELY"
    INCONCLUSIVE = "INCONCLUSIVE"


class Category(StrEnum):
    DEPLOYMENT = "deployment"
    CONFIGURATION = "configuration"
    FEATURE_FLAG = "feature_flag"
    DEPENDENCY = "dependency"
    RESOURCE = "resource"  # a host or a pool ran out of something
    TRAFFIC = "traffic"
    INFRASTRUCTURE = "infrastructure"
    TRANSIENT = "transient"  # nothing lasting; a flap
    UNKNOWN = "unknown"


class AnalystKind(StrEnum):
    CLAUDE = "claude"
    RULES = "rules"


class Claim(Value):
    """One statement, the evidence it rests on, and words copied from that evidence."""

    statement: str
    evidence_id: str
    quote: str


class Alternative(Value):
    """Another explanation that was looked at, and what speaks against it."""

    explanation: str
    ruled_out_by: str


class Explanation(Value):
    """An analyst's answer, unchecked. `culprit_change` is a change's evidence id, or "none"."""

    summary: str
    culprit_change: str = NO_CULPRIT
    first_failing_service: str = ""
    affected_services: tuple[str, ...] = ()
    category: Category = Category.UNKNOWN
    claims: tuple[Claim, ...] = ()
    ruled_out: tuple[Alternative, ...] = ()
    immediate_actions: tuple[str, ...] = ()
    preventive_actions: tuple[str, ...] = ()
    missing_evidence: tuple[str, ...] = ()


class Usage(Value):
    """What a model's answer cost, in tokens; zero for the rules analyst."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def plus(self, other: "Usage") -> "Usage":
        return Usage(
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
        )


class Authorship(Value):
    """Who wrote an explanation, and why not Claude where Claude was meant to.

    What Claude's turns cost stands here even where the rules had to step in after them.
    """

    analyst: AnalystKind
    model: str = ""
    usage: Usage = Usage()  # of all turns
    turns: int = 0
    dollars: Decimal = Decimal(0)
    instead_of_claude: str = ""  # the reason that the rules analyst stepped in


class Draft(Value):
    """An explanation with its author: what an analyst hands over."""

    explanation: Explanation
    authorship: Authorship


class Conclusion(Value):
    """A checked explanation: every claim left has its quote in the evidence it cites."""

    outcome: Outcome
    outcome_reason: str
    summary: str
    culprit_change: str = NO_CULPRIT  # Datadog's event id, or "none"
    culprit_title: str = ""
    first_failing_service: str = ""
    affected_services: tuple[str, ...] = ()
    category: Category = Category.UNKNOWN
    claims: tuple[Claim, ...] = ()
    dropped_claims: int = 0
    ruled_out: tuple[Alternative, ...] = ()
    immediate_actions: tuple[str, ...] = ()
    preventive_actions: tuple[str, ...] = ()
    missing_evidence: tuple[str, ...] = ()
    authorship: Authorship


class AnalysisKey(Value):
    """Names one analysis: the n-th (from 1) of an incident."""

    incident_id: int
    number: int


class AnalysisRequest(Value):
    """What starts an analysis. `group_wait` is how long to let the first wave gather."""

    key: AnalysisKey
    group_wait: timedelta = timedelta(0)


class AnalysisResult(Value):
    """How an analysis ended, small enough for a history; the rest is in the database."""

    outcome: Outcome
    analyst: AnalystKind
    notebook_url: str = ""  # "" where Datadog refused the notebook


class AnalysisState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"


class TurnOutline(Value):
    """One turn of a model without its words: which tools it named, and what it cost."""

    number: int
    model: str
    tools: tuple[str, ...] = ()
    usage: Usage = Usage()
    dollars: Decimal = Decimal(0)


class AnalysisRecord(Value):
    """An analysis as the database holds it."""

    key: AnalysisKey
    state: AnalysisState
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    sources: tuple[SourceResult, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    turns: tuple[TurnOutline, ...] = ()
    conclusion: Conclusion | None = None
    error: str = ""
