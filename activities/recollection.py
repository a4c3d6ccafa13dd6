"""Memory: find incidents like this one, and remember it for the next."""

from datetime import timedelta

from temporalio import activity

from activities.cases import load_case
from activities.remembering import Rememberer
from domain.analysis import AnalysisKey
from domain.case import Case, Evidence, Frame
from domain.evidence import Source, SourceResult, SourceStatus
from domain.likeness import with_reasons
from domain.ports import Analyses, Embedder, Incidents, Memory
from domain.recollection import search_text

MAX_SIMILAR = 3


class MemoryActivities:
    def __init__(
        self,
        incidents: Incidents,
        analyses: Analyses,
        embedder: Embedder,
        memory: Memory,
        rememberer: Rememberer,
    ) -> None:
        self._incidents = incidents
        self._analyses = analyses
        self._embedder = embedder
        self._memory = memory
        self._rememberer = rememberer

    @activity.defn
    async def embed_incident(self, frame: Frame) -> str:
        """The model's name. Safe to repeat: the same text gives the same vector, stored by key."""
        case = await load_case(self._incidents, self._analyses, frame.key)
        embedding = await self._embedder.embed(_text(case))
        await self._analyses.save_embedding(frame.key, embedding)
        return embedding.model

    @activity.defn
    async def find_similar(self, frame: Frame) -> SourceResult:
        """Only reads memory, then overwrites its own source: safe to repeat."""
        case = await load_case(self._incidents, self._analyses, frame.key)
        text = _text(case)
        found = await self._memory.recall(
            text,
            await self._analyses.get_embedding(frame.key),
            before=frame.first_alert_at,
            excluding=frame.incident_key,
            limit=MAX_SIMILAR,
        )
        similar = tuple(with_reasons(one, text, case.frame) for one in found)
        status = SourceStatus.FOUND if similar else SourceStatus.NOTHING
        result = SourceResult(source=Source.SIMILAR, status=status, count=len(similar))
        await self._analyses.save_source(frame.key, result, Evidence(similar=similar))
        return result

    @activity.defn
    async def remember_incident(self, key: AnalysisKey) -> None:
        """Safe to repeat: memory holds one entry per incident."""
        await self._rememberer.remember(key)

    @activity.defn
    async def note_duration(self, incident_id: int) -> None:
        """Safe to repeat: sets one field of one entry."""
        incident = await self._incidents.get_incident(incident_id)
        if incident.recovered_at is None:
            return
        lasted = max(incident.recovered_at - incident.first_alert_at, timedelta(0))
        await self._memory.note_duration(incident.key, lasted)


def _text(case: Case) -> str:
    return search_text(case.incident, case.alerts, case.evidence)
