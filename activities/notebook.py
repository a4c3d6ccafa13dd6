"""Write the incident's one notebook, and mark it resolved."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from temporalio import activity

from activities.cases import latest_finished, load_case, load_conclusion
from domain.analysis import AnalysisKey
from domain.case import Case
from domain.errors import NotFound
from domain.incidents import Incident, IncidentState
from domain.links import Links
from domain.notebook import Notebook, NotebookChange, NotebookReference, Resolution
from domain.ports import Analyses, Datadog, Incidents
from domain.report import LAYOUT, render
from domain.report_document import Document, document
from domain.report_facts import Report
from domain.report_ports import Reports
from domain.telemetry import UNCOUNTED, Repeat, Tally, Written


class NotebookActivities:
    """`app_url` is where people open Datadog: links in the report lead there.

    `layout` names the notebook's sections, in order.
    """

    def __init__(
        self,
        datadog: Datadog,
        incidents: Incidents,
        analyses: Analyses,
        reports: Reports,
        *,
        app_url: str,
        layout: Sequence[str] = LAYOUT,
    ) -> None:
        self._datadog = datadog
        self._incidents = incidents
        self._analyses = analyses
        self._reports = reports
        self._app_url = app_url
        self._layout = layout
        self._tally = UNCOUNTED

    def counted_by(self, tally: Tally) -> Self:
        self._tally = tally
        return self

    @activity.defn
    async def write_notebook(self, key: AnalysisKey) -> NotebookReference:
        """One notebook per incident, however often this runs: it looks for the key first.

        A crash between Datadog's answer and ours therefore ends in a change, not in a second one.
        """
        case = await load_case(self._incidents, self._analyses, key)
        # Closed by now where it is analysed again, or where an earlier run of its workflow began
        # this.
        is_closed = case.incident.state is IncidentState.RESOLVED
        notebook = await self._render(case, _resolution(case.incident) if is_closed else None)
        reference = await self._write(notebook, case.incident.notebook)
        await self._incidents.set_notebook(key.incident_id, reference)
        return reference

    @activity.defn
    async def resolve_notebook(self, incident_id: int) -> NotebookReference | None:
        """Renders the same report as resolved and replaces our cells: safe to repeat."""
        incident = await self._incidents.get_incident(incident_id)
        latest = await latest_finished(self._analyses, incident_id)
        if incident.notebook is None or latest is None:
            return None
        case = await load_case(self._incidents, self._analyses, latest)
        notebook = await self._render(case, _resolution(case.incident))
        try:
            reference = await self._change(notebook, incident.notebook)
        except NotFound:
            return None  # somebody deleted it: that is an answer, too
        self._tally.notebook_written(Written.RESOLVED)
        await self._incidents.set_notebook(incident_id, reference)
        return reference

    async def _write(
        self, notebook: Notebook, known: NotebookReference | None
    ) -> NotebookReference:
        if known:
            with suppress(NotFound):  # deleted since: what is asked for again is written again
                return await self._rewrite(notebook, known)
        found = await self._datadog.find_notebook(notebook.key)
        if found:
            self._tally.found_done(Repeat.NOTEBOOK)
            return await self._rewrite(notebook, found)
        reference = await self._datadog.create_notebook(notebook)
        self._tally.notebook_written(Written.CREATED)
        return reference

    async def _rewrite(self, notebook: Notebook, known: NotebookReference) -> NotebookReference:
        reference = await self._change(notebook, known)
        self._tally.notebook_written(Written.CHANGED)
        return reference

    async def _change(self, notebook: Notebook, known: NotebookReference) -> NotebookReference:
        change = NotebookChange(notebook=notebook, own_cell_ids=known.cell_ids)
        return await self._datadog.change_notebook(known.id, change)

    async def _render(self, case: Case, resolution: Resolution | None) -> Notebook:
        """The notebook. What it says is kept in Rayne first: Datadog may refuse it."""
        conclusion, finished_at = await load_conclusion(self._analyses, case.frame.key)
        links = Links(self._app_url, case.frame.window)
        report = Report(case, conclusion, links, resolution, finished_at)
        notebook, kept = await asyncio.to_thread(_written, report, self._layout)
        await self._reports.save_report(case.frame.key, kept)
        return notebook


def _written(report: Report, layout: Sequence[str]) -> tuple[Notebook, Document]:
    return render(report, layout), document(report)


def _resolution(incident: Incident) -> Resolution | None:
    over_at = incident.ended_at if incident.merged_into else incident.recovered_at
    if over_at is None:
        return None
    duration = over_at - incident.first_alert_at
    return Resolution(
        resolved_at=over_at,
        duration_seconds=max(duration.total_seconds(), 0),
        by_hand=incident.ended_by_hand,
    )
