"""What is remembered of an incident, and how a past one comes back."""

from enum import StrEnum

from pydantic import AwareDatetime

from domain.analysis import Outcome
from domain.notebook import NotebookReference
from domain.values import Value


class Standing(StrEnum):
    """How far a remembered cause can be trusted: only people turn a hypothesis into a fact."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    NOT_USEFUL = "not_useful"

    @property
    def is_fact(self) -> bool:
        return self in {Standing.CONFIRMED, Standing.CORRECTED}

    @property
    def weight(self) -> float:
        """What a score is multiplied by: of two that are as alike, the proven one comes first."""
        return _WEIGHTS[self]


# Small steps: how alike two incidents are says more than what somebody thought of one of them.
_WEIGHTS = {
    Standing.CONFIRMED: 1.2,
    Standing.CORRECTED: 1.2,
    Standing.UNCONFIRMED: 1.0,
    Standing.NOT_USEFUL: 0.6,
}


class PastIncident(Value):
    """One incident as memory holds it. `incident_key` is its identity."""

    incident_key: str
    incident_id: int
    happened_at: AwareDatetime
    title: str
    text: str  # what is embedded and searched: the alert in words
    signature: str = ""  # the top error patterns, masked
    service: str = ""
    env: str = ""
    monitor_id: int | None = None
    summary: str = ""
    culprit_change: str = "none"
    category: str = ""
    remediation: str = ""
    outcome: Outcome
    standing: Standing = Standing.UNCONFIRMED
    notebook: NotebookReference | None = None
    duration_seconds: float | None = None  # known once every episode recovered


class SimilarIncident(Value):
    """A past incident found for a new one. `score` orders, highest first; it is no percentage.

    `reasons` says in words why it came back: the same monitor, words in common, a like meaning.
    """

    incident: PastIncident
    score: float
    matched_by: tuple[str, ...] = ()  # "meaning", "words": which halves of the search found it
    similarity: float | None = None  # cosine with the new incident's text, 0 to 1, when embedded
    reasons: tuple[str, ...] = ()


class Embedding(Value):
    """A vector and the model that made it: two models' vectors must never meet."""

    model: str
    vector: tuple[float, ...]
