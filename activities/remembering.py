"""How an incident gets into memory, whoever asks for it."""

from activities.cases import load_case, load_conclusion
from domain.analysis import AnalysisKey
from domain.clean import clean
from domain.learning_ports import Feedbacks
from domain.memory import Embedding, PastIncident
from domain.ports import Analyses, Embedder, Incidents, Memory
from domain.recollection import corrected, past_incident


class Rememberer:
    def __init__(
        self,
        incidents: Incidents,
        analyses: Analyses,
        feedbacks: Feedbacks,
        embedder: Embedder,
        memory: Memory,
    ) -> None:
        self._incidents = incidents
        self._analyses = analyses
        self._feedbacks = feedbacks
        self._embedder = embedder
        self._memory = memory

    async def remember(self, key: AnalysisKey) -> None:
        """Idempotent: memory holds one entry per incident. Asks the embedder only for new text."""
        past = await self._past_incident(key)
        if past.standing.is_fact:
            embedding: Embedding | None = await self._embedding(key, past)
        else:
            embedding = await self._analyses.get_embedding(key)
        await self._memory.remember(past, embedding)

    async def remember_anew(self, key: AnalysisKey) -> None:
        """As `remember`, with a vector by today's model and of today's text."""
        past = await self._past_incident(key)
        await self._memory.remember(past, await self._embedding(key, past))

    async def _past_incident(self, key: AnalysisKey) -> PastIncident:
        case = await load_case(self._incidents, self._analyses, key)
        conclusion, finished_at = await load_conclusion(self._analyses, key)
        past = past_incident(case, conclusion, case.incident.notebook, at=finished_at)
        feedback = await self._feedbacks.latest(key.incident_id)
        return corrected(past, clean(feedback)) if feedback else past

    async def _embedding(self, key: AnalysisKey, past: PastIncident) -> Embedding:
        """The analysis keeps the vector of its alert alone, which later incidents resemble."""
        stored = await self._analyses.get_embedding(key)
        if stored and stored.model == self._embedder.model and not past.standing.is_fact:
            return stored
        embedding = await self._embedder.embed(past.text)
        if not past.standing.is_fact:
            await self._analyses.save_embedding(key, embedding)
        return embedding
