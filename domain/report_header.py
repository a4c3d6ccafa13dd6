"""The top of a report: what happened, how it stands, and where to look."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice

from domain.analysis import AnalystKind
from domain.incidents import Episode
from domain.markdown import bullets, link, table, text
from domain.query import EVERYTHING, all_of, one_of, term
from domain.report_citations import metric_name
from domain.report_downtimes import downtime_rows
from domain.report_facts import MISSING, Report, Row, listed, moment
from domain.spans import in_words

MAX_EPISODES = 20
HOST_CPU = "system.cpu.user"


def header(report: Report) -> list[str]:
    title = text(report.case.incident.title) or "Alert without a title"
    rows = (*_state_rows(report), *_alert_rows(report), *downtime_rows(report))
    episodes = report.case.incident.episodes
    return [
        f"# {title}",
        table(("Field", "Value"), rows),
        *(_episode_table(episodes) if len(episodes) > 1 else ()),
    ]


def quick_links(report: Report) -> list[str]:
    window = report.case.frame.window
    rows = (*_monitor_links(report), *_subject_links(report), *_explorer_links(report))
    return [
        "## Quick links",
        f"Links show {moment(window.start)} to {moment(window.end)}, whenever they are opened.",
        bullets(f"{row.name}: {row.value}" for row in rows),
    ]


def monitor_link(report: Report) -> str:
    monitor_id = report.case.frame.monitor_id
    if monitor_id is None:
        return text(report.monitor_name) or MISSING
    group = ",".join(report.case.frame.scope)
    name = report.monitor_name or str(monitor_id)
    return link(name, report.links.monitor(monitor_id, group))


def author(report: Report) -> str:
    """Who wrote the analysis, and why not Claude where it was to be Claude."""
    authorship = report.conclusion.authorship
    if authorship.analyst is AnalystKind.CLAUDE:
        return f"Claude ({text(authorship.model) or 'model not named'})"
    if authorship.instead_of_claude:
        return f"the rules analyst, instead of Claude: {text(authorship.instead_of_claude)}"
    return "the rules analyst, without a model"


def _state_rows(report: Report) -> list[Row]:
    conclusion = report.conclusion
    return [
        Row("Status", _status(report)),
        Row("Outcome", f"**{conclusion.outcome}**: {text(conclusion.outcome_reason)}"),
        Row("Analysis by", author(report)),
    ]


def _status(report: Report) -> str:
    began = moment(report.case.incident.first_alert_at)
    if report.resolution is None:
        return f"**ACTIVE** since {began}"
    lasted = in_words(timedelta(seconds=report.resolution.duration_seconds))
    by_hand = f"; {text(report.resolution.by_hand)}" if report.resolution.by_hand else ""
    ended = moment(report.resolution.resolved_at)
    return f"**RESOLVED** after {lasted}: {began} to {ended}{by_hand}"


def _alert_rows(report: Report) -> list[Row]:
    to, incident, alerts = report.links, report.case.incident, report.case.alerts
    env = report.case.frame.env
    return [
        Row("Monitor", monitor_link(report)),
        Row("Priority", text(incident.priority) or MISSING),
        Row("Hostname", listed(link(name, to.host(name)) for name in report.case.frame.hosts)),
        Row(
            "Service",
            listed(link(name, to.apm_service(name, env)) for name in report.case.frame.services),
        ),
        Row("Environment", text(incident.env) or MISSING),
        Row("Scope", _distinct(pair for alert in alerts for pair in alert.scope)),
        Row("Team", _distinct(alert.label("team") for alert in alerts)),
        Row("Tags", _distinct(tag for alert in alerts for tag in alert.tags)),
        Row("Alerts", f"{len(alerts)}, the latest at {moment(incident.last_alert_at)}"),
    ]


def _distinct(words: Iterable[str]) -> str:
    return listed(map(text, dict.fromkeys(words)))


def _episode_table(episodes: tuple[Episode, ...]) -> list[str]:
    rows = [
        (
            moment(episode.started_at),
            text(episode.title),
            listed(map(text, episode.scope)),
            moment(episode.recovered_at) if episode.recovered_at else "still alerting",
        )
        for episode in episodes[:MAX_EPISODES]
    ]
    left_out = len(episodes) - len(rows)
    more = [f"{left_out} more alerts are not shown."] if left_out else []
    return ["### Alerts", table(("Since", "Alert", "Scope", "Recovered"), rows), *more]


def _monitor_links(report: Report) -> Iterable[Row]:
    monitor_id = report.case.frame.monitor_id
    if monitor_id is not None:
        edit = link("edit", report.links.monitor_edit(monitor_id))
        yield Row("Monitor", f"{monitor_link(report)}, {edit}")


def _subject_links(report: Report) -> Iterable[Row]:
    to, env = report.links, report.case.frame.env
    for host in report.hosts:
        host_pages = (
            link("infrastructure", to.host(host)),
            link("dashboard", to.host_dashboard(host)),
            link("processes", to.processes(host)),
            link("logs", to.host_logs(host)),
        )
        yield Row(f"Host {text(host)}", ", ".join(host_pages))
    for service in report.services:
        service_pages = (
            link("APM", to.apm_service(service, env)),
            link("logs", to.service_logs(service)),
            link("databases", to.databases(service)),
        )
        yield Row(f"Service {text(service)}", ", ".join(service_pages))


def _explorer_links(report: Report) -> Iterable[Row]:
    to, subjects = report.links, report.subjects
    errors = link("errors", to.error_logs(subjects))
    yield Row("Logs", f"{link('all', to.logs(subjects or EVERYTHING))}, {errors}")
    if report.services:
        traced = all_of(one_of("service", report.services), term("env", report.case.frame.env))
        yield Row(
            "Traces", f"{link('all', to.traces(traced))}, {link('errors', to.error_traces(traced))}"
        )
    metric = metric_name(report.metric) or HOST_CPU
    yield Row("Metrics explorer", link(metric, to.metrics_explorer(metric)))
    explorer = link("explorer", to.events(subjects or EVERYTHING))
    event_ids = (alert.event_id for alert in report.case.alerts if alert.event_id)
    first = [link("the first alert", to.event(event_id)) for event_id in islice(event_ids, 1)]
    yield Row("Events", ", ".join([explorer, *first]))
