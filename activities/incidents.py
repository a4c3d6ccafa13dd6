"""The incident's own record: read it, end it."""

from typing import Self

from temporalio import activity

from domain.analysis import AnalysisKey
from domain.incidents import Ending, IncidentSnapshot
from domain.ports import Analyses, Incidents
from domain.telemetry import UNCOUNTED, Tally


class IncidentActivities:
    def __init__(self, incidents: Incidents, analyses: Analyses) -> None:
        self._tally = UNCOUNTED
        self._incidents = incidents
        self._analyses = analyses

    def counted_by(self, tally: Tally) -> Self:
        self._tally = tally
        return self

    @activity.defn
    async def load_incident(self, incident_id: int) -> IncidentSnapshot:
        """Only reads."""
        return await self._incidents.glance(incident_id)

    @activity.defn
    async def end_incident(self, ending: Ending) -> bool:
        """Safe to repeat: ending an ended incident again answers True and changes nothing."""
        return await self._incidents.end_incident(
            ending.incident_id,
            ending.state,
            seen=ending.deliveries,
            ended_at=ending.ended_at,
        )

    @activity.defn
    async def note_failed_analysis(self, key: AnalysisKey, error: str) -> None:
        """Safe to repeat: overwrites one field of one row."""
        await self._analyses.fail_analysis(key, error)
        self._tally.analysis_failed()
