"""An incident's notebook: what happened, why, how we know, and where to look."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from domain.markdown import packed, visible
from domain.notebook import (
    MAX_NAME,
    Cell,
    LogStreamCell,
    MarkdownCell,
    Notebook,
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
from domain.report_health import health_graphs, service_health
from domain.searches import severe_logs


class Section(NamedTuple):
    """Words, and what Datadog draws under them."""

    words: Callable[[Report], list[str]]
    graphs: Callable[[Report], Sequence[Cell]] = lambda _: ()


def _metric(report: Report) -> list[TimeseriesCell]:
    query = graph_query(report)
    title = "The alert's metric" if report.metric else "CPU of the host"
    return [TimeseriesCell(title=title, query=query)] if query else []


def _log_stream(report: Report) -> list[LogStreamCell]:
    return [LogStreamCell(title="Errors and warnings", query=severe_logs(report.case.frame))]


# What a template may name, and the order where none says otherwise.
SECTIONS: Final[Mapping[str, Section]] = {
    "header": Section(header),
    "quick_links": Section(quick_links),
    "analysis": Section(analysis),
    "metric_graph": Section(metric_graph, _metric),
    "service_health": Section(service_health, health_graphs),
    "related_logs": Section(related_logs, _log_stream),
    "traces": Section(traces),
    "similar_incidents": Section(similar_incidents),
    "footer": Section(footer),
}
LAYOUT: Final = tuple(SECTIONS)


def render(report: Report, layout: Sequence[str] = LAYOUT) -> Notebook:
    """The same report gives the same notebook, whenever it is written.

    `layout` names the sections (of `SECTIONS`) in their order. One with nothing to show says why.
    """
    case = report.case
    return Notebook(
        key=case.incident.key,
        name=notebook_name(report),
        cells=tuple(_cells(report, layout)),
        window=case.frame.window,
    )


def notebook_name(report: Report) -> str:
    """At most `MAX_NAME` characters; the key, by which the notebook is found, is always whole."""
    incident = report.case.incident
    start, end = "[Incident Report] ", f" - {_day(incident.first_alert_at)} ({incident.key})"
    name = " ".join(visible(report.monitor_name).split()) or "Alert"
    room = MAX_NAME - len(start) - len(end)
    return f"{start}{name if len(name) <= room else f'{name[: room - 1]}…'}{end}"


def _cells(report: Report, layout: Sequence[str]) -> list[Cell]:
    return [cell for name in layout for cell in _section(SECTIONS[name], report)]


def _section(section: Section, report: Report) -> list[Cell]:
    words = [MarkdownCell(text=cell) for cell in packed(section.words(report))]
    return [*words, *section.graphs(report)]


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"
