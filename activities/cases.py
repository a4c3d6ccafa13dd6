"""Reading a case back from the store; what several activities start with."""

import asyncio
from datetime import datetime

from domain.alerts import Alert
from domain.analysis import AnalysisKey, Conclusion
from domain.case import Case, Evidence, Frame
from domain.clean import clean
from domain.errors import Broken
from domain.incidents import Incident
from domain.items import itemize
from domain.ports import Analyses, Incidents


async def load_case(incidents: Incidents, analyses: Analyses, key: AnalysisKey) -> Case:
    """The case as stored now, without its secrets. The same evidence gives the same item ids.

    Everything that leaves for a model, an embedder, the memory or a notebook comes from here.
    """
    frame = await analyses.get_frame(key)
    evidence = await analyses.get_evidence(key)
    incident = await incidents.get_incident(key.incident_id)
    alerts = await incidents.alerts_of(key.incident_id)
    # In a thread: a thousand log lines take a third of a second, and the API may share the loop.
    return await asyncio.to_thread(_case, frame, evidence, incident, alerts)


def _case(frame: Frame, evidence: Evidence, incident: Incident, alerts: tuple[Alert, ...]) -> Case:
    frame, evidence = clean(frame), clean(evidence)
    return Case(
        incident=clean(incident),
        alerts=tuple(clean(alert) for alert in alerts),
        frame=frame,
        evidence=evidence,
        items=itemize(evidence, frame),
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
