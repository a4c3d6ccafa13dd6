"""`rayne deploy`: which build new runs go to, and what still runs on the others."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.deployment import Deployment
from adapters.settings import Settings
from adapters.temporal import connect

_ADVICE = {
    "draining": "runs are pinned to it: keep its workers",
    "drained": "nothing runs on it: its workers may go",
    "inactive": "promote it, or let it go",
}


async def show_builds(settings: Settings, console: Console) -> None:
    builds = await Deployment(await connect(settings)).builds()
    if not builds:
        console.print("No worker runs with RAYNE_BUILD_ID: any of them may go on with any run.")
        return
    table = Table("Build", "Status", "New runs", "Since", "What to do")
    for build in builds:
        table.add_row(
            escape(build.build_id),
            build.status,
            f"{build.percent:g}%",
            f"{build.created_at:%Y-%m-%d %H:%M}",
            _ADVICE.get(build.status, ""),
        )
    console.print(table)


async def promote(settings: Settings, build_id: str, console: Console, *, percent: float) -> None:
    await Deployment(await connect(settings)).promote(build_id, percent=percent)
    console.print(f"{percent:g}% of new runs go to build {escape(build_id)} now.")
