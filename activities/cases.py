"""Reading a case back from the store; what several activities start with."""

from datetime import datetime

from domain.analysis import AnalysisKey, Conclusion
from domain.case import Case
from domain.errors import Broken
from domain.items import itemize
from domain.ports import Analyses, Incidents


async def load_case(incidents: Incidents, analyses: Analyses, key: AnalysisKey) -> Case:
    """The case as stored now. The same evidence always gives the same item ids."""
    evidence = await analyses.get_evidence(key)
    return Case(
        incident=await incidents.get_incident(key.incident_id),
        alerts=await incidents.alerts_of(key.incident_id),
        frame=await analyses.get_frame(key),
        evidence=evidence,
        items=itemize(evidence),
    )


async def load_conclusion(analyses: Analyses, key: AnalysisKey) -> tuple[Conclusion, datetime]:
    """What a finished analysis came to, and when. Raises Broken where it has not finished."""
    for record in await analyses.list_analyses(key.incident_id):
        if record.key == key and record.conclusion and record.finished_at:
            return record.conclusion, record.finished_at
    raise Broken(f"analysis {key.incident_id}-{key.number} has no conclusion")


async def latest_finished(analyses: Analyses, incident_id: int) -> AnalysisKey | None:
    """The newest analysis with a conclusion, or None."""
    records = await analyses.list_analyses(incident_id)
    return next((record.key for record in reversed(records) if record.conclusion), None)
