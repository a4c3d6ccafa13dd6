"""`rayne replay`: would today's code go on with yesterday's runs?"""

from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from adapters.settings import Settings
from adapters.temporal import connect
from domain.errors import Broken, InvalidInput
from workers.replay import Replayed, replay_files, replay_server


async def replay(
    settings: Settings, files: list[Path], console: Console, *, from_server: bool
) -> None:
    """Prints a verdict per history. Raises Broken where one of them fails."""
    if bool(files) == from_server:
        raise InvalidInput("name history files, or --from-server, and not both")
    if from_server:
        await _judge(replay_server(await connect(settings)), console)
    else:
        await _judge(replay_files(files), console)


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
