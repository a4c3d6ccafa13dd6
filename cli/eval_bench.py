"""A throw-away Rayne for an evaluation: a database, and a sandbox that plays one scenario."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters import uvicorn
from adapters.embedded.ports import claim_port
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.state import StateFolder
from adapters.postgres import migrate
from adapters.rayne_api import Json, RayneApi
from adapters.settings import Settings
from cli.stack import Embedded
from dd_lib.sandbox.app import create_sandbox
from dd_lib.sandbox.scenario import read_scenario
from domain.errors import NotFound, UnexpectedReply

HOST = "127.0.0.1"
SEEN_AFTER = timedelta(minutes=10)  # after the alert: when the sandbox's clock stands still

EXPECTED = "expected.json"  # stays where no part of the run can read it


@dataclass(frozen=True)
class Stage:
    """One scenario, being played. `webhook` is to be delivered; `settings` point to all of it."""

    name: str
    webhook: Json
    alert_at: datetime
    settings: Settings


def scenarios_in(folder: Path) -> tuple[Path, ...]:
    """A scenario's own folder, or all that are in it, by name. Raises NotFound without any."""
    own = [folder] if (folder / "webhook.json").is_file() else []
    found = own or sorted(path.parent for path in folder.glob("*/webhook.json"))
    if not found:
        raise NotFound(f"there is no scenario (a folder with a webhook.json) in {str(folder)!r}")
    return tuple(found)


@asynccontextmanager
async def throw_away(settings: Settings) -> AsyncIterator[Settings]:
    """The same settings with a database of their own, gone after the block. Nobody else's is used.

    What is configured for production stays out of it, but for Claude.
    """
    with tempfile.TemporaryDirectory(prefix="rayne-eval-") as root:
        state = StateFolder(Path(root) / "state")
        with state.opened():
            async with EmbeddedPostgres.running(state, database="rayne") as server:
                embedded = Embedded(postgres_host=server.host, postgres_user=server.user)
                aimed = embedded.aim(_without_production(settings, state.root))
                await asyncio.to_thread(migrate.upgrade, aimed.conninfo)
                yield aimed


@asynccontextmanager
async def playing(scenario: Path, settings: Settings) -> AsyncIterator[Stage]:
    """A sandbox on loopback whose clock stands still just after the alert."""
    with tempfile.TemporaryDirectory(prefix="rayne-scenario-") as root:
        folder, name = Path(root), scenario.name
        _copy(scenario, folder / name)
        alert_at = read_scenario(folder, name).alert_at
        port = claim_port(settings.sandbox_port, variable="RAYNE_SANDBOX_PORT", chosen=False)
        url = f"http://{HOST}:{port}"
        app = create_sandbox(scenarios=folder, clock=lambda: alert_at + SEEN_AFTER, app_url=url)
        async with uvicorn.serving(app, host=HOST, port=port):
            aimed = Embedded(sandbox=url).aim(settings.model_copy(update={"state_dir": folder}))
            yield Stage(name, await _let_loose(url, name, alert_at), alert_at, aimed)


async def _let_loose(url: str, name: str, alert_at: datetime) -> Json:
    """The webhook. At its own time and with its own ids: answers are compared with the files."""
    sandbox = RayneApi.connect(url)
    try:
        order: Json = {"at": alert_at.isoformat(), "fresh_ids": False}
        loaded = await sandbox.post(f"/sandbox/scenarios/{name}/load", order)
    finally:
        await sandbox.aclose()
    webhook = loaded["webhook"]
    if not isinstance(webhook, dict):
        raise UnexpectedReply(f"the sandbox gave no webhook for {name!r}")
    return webhook


def _without_production(settings: Settings, state_dir: Path) -> Settings:
    """Defaults for all that is not about Claude or about how far an analysis looks."""
    kept = {
        field: getattr(settings, field)
        for field in Settings.model_fields
        if field.startswith(("anthropic_", "claude_", "window_")) or field == "lookback"
    }
    return Settings().model_copy(update={**kept, "state_dir": state_dir})


def _copy(scenario: Path, into: Path) -> None:
    into.mkdir()
    for path in scenario.iterdir():
        if path.is_file() and path.name != EXPECTED:
            shutil.copyfile(path, into / path.name)
