"""`rayne status`: what waits, what failed, what was spent."""

from datetime import timedelta

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.settings import Settings
from api.routes.status import Status
from cli.calling import rayne_at_hand
from domain.status import Backlog


async def show_status(settings: Settings, console: Console, *, as_json: bool) -> None:
    async with rayne_at_hand(settings) as api:
        status = Status.model_validate(await api.get("/v1/status"))
    if as_json:
        console.print_json(status.model_dump_json())
    else:
        console.print(_table(status))


def _table(status: Status) -> Table:
    analyses, spending = status.analyses, status.spending
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("Deliveries waiting", _line(status.deliveries))
    table.add_row("Deliveries failed", _alarming(status.deliveries_failed, "rayne events list"))
    table.add_row("Analyses running", f"{analyses.running} of at most {analyses.limit}")
    table.add_row("Analyses waiting", _line(analyses.waiting) + _by(analyses.waiting_by_priority))
    table.add_row("Analyses failed", _alarming(status.analyses_failed, "rayne incident list"))
    table.add_row("Incidents open", f"{status.incidents_open}")
    table.add_row("Spent today (UTC)", f"{spending.spent:.2f} of {spending.limit:.2f} dollars")
    table.add_row("Reports are by", f"{status.writes.analyst}: {escape(status.writes.why)}")
    return table


def _line(backlog: Backlog) -> str:
    if not backlog.waiting:
        return "none"
    return f"{backlog.waiting}, the oldest for {timedelta(seconds=round(backlog.oldest_seconds))}"


def _by(priorities: dict[str, int]) -> str:
    told = ", ".join(f"{count} {name}" for name, count in sorted(priorities.items()))
    return f" ({told})" if told else ""


def _alarming(count: int, command: str) -> str:
    return f"[red]{count}[/]: see `{command} --failed`" if count else "none"
