"""Reading a case back from the store; what several activities start with."""

import asyncio
from datetime import datetime

from domain.alerts import Alert
from domain.analysis import AnalysisKey, Conclusion
from domain.case import Case, Evidence, Frame, Prepared
from domain.clean import clean
from domain.errors import Broken
from domain.evidence import Source
from domain.incidents import Incident
from domain.items import itemize
from domain.ports import Analyses, Incidents


async def load_case(incidents: Incidents, analyses: Analyses, key: AnalysisKey) -> Case:
    """The case as stored now, without its secrets. The same evidence gives the same item ids.

    Everything that leaves for a model, an embedder, the memory or a notebook comes from here.
    """
    case = await load_prepared_case(incidents, analyses, key)
    incident = await incidents.get_incident(key.incident_id)
    alerts = await incidents.alerts_of(key.incident_id)
    return await asyncio.to_thread(_brought_up_to_date, case, incident, alerts)


async def load_prepared_case(incidents: Incidents, analyses: Analyses, key: AnalysisKey) -> Case:
    """The same with the alerts that were there when it was prepared.

    A model must read the same words at every turn, whatever has joined the incident since.
    """
    frame = await analyses.get_frame(key)
    prepared = await analyses.get_prepared(key) or await prepare(incidents, analyses, key)
    similar = await analyses.get_evidence(key, only=Source.SIMILAR)
    tool_items = await analyses.get_tool_items(key)  # clean already
    # In a thread, as all that computes: the API may share the loop.
    case = await asyncio.to_thread(_case, frame, prepared, similar)
    return case.model_copy(update={"items": (*case.items, *tool_items)})


async def prepare(incidents: Incidents, analyses: Analyses, key: AnalysisKey) -> Prepared:
    """Cleans and numbers what was fetched: seconds of computing, so once for an analysis.

    Without similar incidents, which are looked for later.
    """
    frame = await analyses.get_frame(key)
    evidence = await analyses.get_evidence(key)
    incident = await incidents.get_incident(key.incident_id)
    alerts = await incidents.alerts_of(key.incident_id)
    return await asyncio.to_thread(_prepared, frame, evidence, incident, alerts)


def _prepared(
    frame: Frame, evidence: Evidence, incident: Incident, alerts: tuple[Alert, ...]
) -> Prepared:
    sources = tuple(one for one in evidence.sources if one.source is not Source.SIMILAR)
    fetched = clean(evidence.model_copy(update={"sources": sources, "similar": ()}))
    return Prepared(
        incident=clean(incident),
        alerts=tuple(clean(alert) for alert in alerts),
        evidence=fetched,
        items=itemize(fetched, clean(frame)),
    )


def _case(frame: Frame, prepared: Prepared, similar: Evidence) -> Case:
    frame, similar = clean(frame), clean(similar)
    sources = (*prepared.evidence.sources, *similar.sources)
    return Case(
        incident=prepared.incident,
        alerts=prepared.alerts,
        frame=frame,
        evidence=prepared.evidence.model_copy(
            update={"sources": sources, "similar": similar.similar}
        ),
        items=(*prepared.items, *itemize(similar, frame)),
    )


def _brought_up_to_date(case: Case, incident: Incident, alerts: tuple[Alert, ...]) -> Case:
    if len(alerts) == len(case.alerts):
        return case.model_copy(update={"incident": clean(incident)})
    return case.model_copy(
        update={"incident": clean(incident), "alerts": tuple(clean(alert) for alert in alerts)}
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
