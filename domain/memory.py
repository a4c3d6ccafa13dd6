"""What is remembered of an incident, and how a past one comes back."""

from pydantic import AwareDatetime

from domain.analysis import Outcome
from domain.notebook import NotebookReference
from domain.values import Value


class PastIncident(Value):
    """One incident as memory holds it. `incident_key` is its identity."""

    incident_key: str
    incident_id: int
    happened_at: AwareDatetime
    title: str
    text: str  # what is embedded and searched: the alert in words
    service: str = ""
    env: str = ""
    monitor_id: int | None = None
    summary: str = ""
    culprit_change: str = "none"
    category: str = ""
    remediation: str = ""
    outcome: Outcome
    notebook: NotebookReference | None = None
    duration_seconds: float | None = None  # known once every episode recovered


class SimilarIncident(Value):
    """A past incident found for a new one. `score` orders, highest first; it is no percentage."""

    incident: PastIncident
    score: float
    matched_by: tuple[str, ...] = ()  # "meaning", "words": which halves of the search found it
    similarity: float | None = None  # cosine with the new incident's text, 0 to 1, when embedded


class Embedding(Value):
    """A vector and the model that made it: two models' vectors must never meet."""

    model: str
    vector: tuple[float, ...]
