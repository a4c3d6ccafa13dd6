"""The end of a report: who made it, from what, at what cost, and what to do next."""

from domain.analysis import AnalystKind, Usage
from domain.markdown import bullets, link, text
from domain.pricing import cost_usd
from domain.query import EVERYTHING
from domain.report_facts import Report, moment


def footer(report: Report) -> list[str]:
    incident, frame = report.case.incident, report.case.frame
    note = (
        f"*Written by Rayne on {moment(report.finished_at)}. Every quote was found by code in the "
        "evidence it cites. Rayne rewrites its own cells; cells that people add are kept.*"
    )
    number = f"Incident {incident.id} (key {text(incident.key)}), analysis {frame.number}."
    return ["### Next", bullets(_actions(report)), note, f"{number} {_cost(report)}"]


def _actions(report: Report) -> list[str]:
    to, monitor_id = report.links, report.case.frame.monitor_id
    events = link("Related events", to.events(report.subjects or EVERYTHING))
    if monitor_id is None:
        return [events]
    view = link("View the monitor", to.monitor(monitor_id))
    edit = link("Edit the monitor", to.monitor_edit(monitor_id))
    return [view, edit, events]


def _cost(report: Report) -> str:
    authorship = report.conclusion.authorship
    if authorship.analyst is not AnalystKind.CLAUDE and authorship.usage == Usage():
        return "No model was used."
    usage = authorship.usage
    dollars = authorship.dollars or cost_usd(authorship.model, usage)
    price = "price not known" if dollars is None else f"about ${dollars:.2f}"
    turns = f"Turns of the model: {authorship.turns}. " if authorship.turns else ""
    return (
        f"{turns}Tokens: {usage.input_tokens:,} in, {usage.output_tokens:,} out, "
        f"{usage.cache_read_tokens:,} read from and {usage.cache_write_tokens:,} written to the "
        f"cache; {price}."
    )
