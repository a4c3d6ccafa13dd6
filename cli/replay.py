"""`rayne replay`: would today's code go on with yesterday's runs?"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.markup import escape

from adapters import clock
from adapters.settings import Settings
from adapters.temporal import connect
from adapters.variables import Duration
from domain.errors import Broken, InvalidInput
from workers.replay import RUNNING, Replayed, replay_files, replay_server, runs_since


@dataclass(frozen=True)
class Chosen:
    """Files, or runs of a server: those under way, and with `since` those that ended lately."""

    files: list[Path]
    from_server: bool = False
    since: str = ""
    most: int = 10_000


async def replay(settings: Settings, chosen: Chosen, console: Console) -> None:
    """Prints a verdict per history. Raises Broken where one of them fails."""
    if bool(chosen.files) == chosen.from_server:
        raise InvalidInput("name history files, or --from-server, and not both")
    if chosen.since and not chosen.from_server:
        raise InvalidInput("--since needs --from-server beside it")
    if chosen.from_server:
        query = runs_since(clock.now() - _age(chosen.since)) if chosen.since else RUNNING
        await _judge(replay_server(await connect(settings), query, most=chosen.most), console)
    else:
        await _judge(replay_files(chosen.files), console)


def _age(text: str) -> timedelta:
    try:
        return TypeAdapter(Duration).validate_python(text)
    except ValidationError as error:
        raise InvalidInput("--since must be a duration such as 12h or 7d") from error


async def _judge(verdicts: AsyncIterator[Replayed], console: Console) -> None:
    count, failed = 0, 0
    async for verdict in verdicts:
        count += 1
        if verdict.failure is None:
            console.print(f"[green]✓[/] {escape(verdict.name)} ({verdict.events} events)")
            continue
        failed += 1
        console.print(f"[red]✗[/] {escape(verdict.name)}: {escape(verdict.failure)}")
    if failed:
        raise Broken(f"{failed} of {count} histories do not replay on this code")
    console.print(f"{count} histories replay on this code")
