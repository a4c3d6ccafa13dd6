"""An incident's notebook: what happened, why, how we know, and where to look."""

from collections.abc import Callable
from datetime import UTC, datetime

from domain.analysis import Conclusion
from domain.case import Case
from domain.links import Links
from domain.markdown import packed, visible
from domain.notebook import (
    MAX_NAME,
    Cell,
    LogStreamCell,
    MarkdownCell,
    Notebook,
    Resolution,
    TimeseriesCell,
)
from domain.report_analysis import analysis
from domain.report_evidence import (
    graph_query,
    metric_graph,
    related_logs,
    similar_incidents,
    traces,
)
from domain.report_facts import Report
from domain.report_footer import footer
from domain.report_header import header, quick_links
from domain.searches import severe_logs


def render(
    case: Case,
    conclusion: Conclusion,
    links: Links,
    *,
    resolution: Resolution | None,
    at: datetime,
) -> Notebook:
    """The same case, conclusion and resolution give the same notebook, whenever it is written.

    `at` is when the analysis finished. Its sections are always all there: one with nothing to
    show says why.
    """
    report = Report(case, conclusion, links, resolution, at)
    return Notebook(
        key=case.incident.key,
        name=notebook_name(report),
        cells=_cells(report),
        window=case.frame.window,
    )


def notebook_name(report: Report) -> str:
    """At most `MAX_NAME` characters; the key, by which the notebook is found, is always whole."""
    incident = report.case.incident
    start, end = "[Incident Report] ", f" - {_day(incident.first_alert_at)} ({incident.key})"
    name = " ".join(visible(report.monitor_name).split()) or "Alert"
    room = MAX_NAME - len(start) - len(end)
    return f"{start}{name if len(name) <= room else f'{name[: room - 1]}…'}{end}"


def _cells(report: Report) -> tuple[Cell, ...]:
    return (
        *_markdown(header, report),
        *_markdown(quick_links, report),
        *_markdown(analysis, report),
        *_markdown(metric_graph, report),
        *_graph(report),
        *_markdown(related_logs, report),
        LogStreamCell(title="Errors and warnings", query=severe_logs(report.case.frame)),
        *_markdown(traces, report),
        *_markdown(similar_incidents, report),
        *_markdown(footer, report),
    )


def _markdown(section: Callable[[Report], list[str]], report: Report) -> list[MarkdownCell]:
    return [MarkdownCell(text=cell) for cell in packed(section(report))]


def _graph(report: Report) -> list[TimeseriesCell]:
    query = graph_query(report)
    title = "The alert's metric" if report.metric else "CPU of the host"
    return [TimeseriesCell(title=title, query=query)] if query else []


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
