"""Everything Rayne depends on, as `rayne doctor` asks for it."""

import os
import platform
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from adapters import temporal
from adapters.claude import Claude
from adapters.embedded.postgres_files import program
from adapters.embedded.state import StateFolder
from adapters.embedded.temporal import temporal_binary
from adapters.ollama import OllamaEmbedder
from adapters.postgres.database import Database, Timeouts
from adapters.qdrant import QdrantMemory
from adapters.qdrant_folder import MOST
from adapters.settings import Settings
from adapters.wordllama import WordLlamaEmbedder
from cli.checkups import Checkup, Verdict
from cli.parts import claim
from cli.stack import Stack
from dd_lib.datadog import DatadogApi
from dd_lib.sites import addresses
from domain.errors import Misconfigured

_TIMEOUT = timedelta(seconds=5)
_DATABASE_TIMEOUT = timedelta(seconds=2)  # a pool tries until then, whatever the reason
_PORTS = ("api_port", "agent_port", "sandbox_port", "temporal_port", "temporal_ui_port")
_START = "`rayne up` starts it"


def checkups(settings: Settings, stack: Stack | None) -> list[Checkup]:
    """Asks the servers of a running stack; without one, whether they could be started."""
    aimed = stack.aim(settings) if stack else settings
    return [
        Checkup(
            name="machine",
            ask=partial(_machine, settings),
            advice="set RAYNE_STATE_DIR to a folder of yours",
        ),
        _running(stack) if stack else _startable(settings),
        _postgres(aimed),
        _temporal(aimed),
        _datadog(aimed),
        _memory(aimed),
        _embedder(aimed),
        _analyst(aimed),
    ]


async def _machine(settings: Settings) -> str:
    root = StateFolder(settings.state_dir).root
    nearest = next(folder for folder in (root, *root.parents) if folder.exists())
    if not os.access(nearest, os.W_OK):
        raise Misconfigured(f"{str(root)!r} cannot be written")
    return f"Python {platform.python_version()}, state in {root}"


def _running(stack: Stack) -> Checkup:
    since = f"{stack.started_at:%Y-%m-%d %H:%M:%S}"
    return _told("stack", Verdict.OK, f"runs since {since} UTC: {stack.api}", "")


def _startable(settings: Settings) -> Checkup:
    async def ask() -> str:
        ports = {field: claim(settings, field) for field in _PORTS}
        moved = [str(port) for field, port in ports.items() if port != getattr(settings, field)]
        return f"not running; {_counted(moved)}"

    return Checkup(
        name="stack", ask=ask, advice="start it with `rayne up`", verdict=Verdict.EMBEDDED
    )


def _counted(moved: list[str]) -> str:
    return f"taken ports become {', '.join(moved)}" if moved else "its ports are free"


def _postgres(settings: Settings) -> Checkup:
    async def ask() -> str:
        database = Database.connect(
            settings.conninfo, max_size=1, timeouts=Timeouts(pool=_DATABASE_TIMEOUT)
        )
        try:
            await database.ping()
        finally:
            await database.close()
        return f"answers on {settings.db_host}"

    if settings.embeds_postgres:
        return _embedded("PostgreSQL", partial(program, "postgres"))
    advice = "check DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME and DB_SSLMODE"
    return Checkup(name="PostgreSQL", ask=ask, advice=advice)


def _temporal(settings: Settings) -> Checkup:
    async def ask() -> str:
        version = await temporal.check(await temporal.connect(settings))
        return f"{version} on {settings.temporal_address}"

    if settings.embeds_temporal:
        return _embedded("Temporal", temporal_binary)
    advice = "check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS_*"
    return Checkup(name="Temporal", ask=ask, advice=advice)


def _datadog(settings: Settings) -> Checkup:
    keys = (settings.dd_api_key, settings.dd_app_key)

    async def ask() -> str:
        where = addresses(
            site=settings.dd_site or "",
            api_url=settings.dd_api_url or "",
            app_url=settings.dd_app_url or "",
        )
        api_key, app_key = (key.get_secret_value() if key else "" for key in keys)
        datadog = DatadogApi.connect(
            api_url=where.api_url, app_url=where.app_url, api_key=api_key, app_key=app_key
        )
        try:
            await datadog.check_keys()
        finally:
            await datadog.aclose()
        return f"{where.api_url} takes the keys"

    if settings.uses_sandbox:
        detail = "no DD_API_KEY: the sandbox plays Datadog"
        return _told("Datadog", Verdict.EMBEDDED, detail, _START)
    advice = "check DD_API_KEY, DD_APP_KEY and DD_SITE (or DD_API_URL)"
    return Checkup(name="Datadog", ask=ask, advice=advice)


def _memory(settings: Settings) -> Checkup:
    async def ask() -> str:
        key = settings.qdrant_api_key
        memory = await QdrantMemory.connect(
            url=settings.qdrant_url,
            path=None,
            api_key=key.get_secret_value() if key else None,
            model="doctor",
            dimension=1,
            timeout=_TIMEOUT,
        )
        try:
            await memory.ping()
        finally:
            await memory.aclose()
        return f"answers on {settings.qdrant_url}"

    if settings.embeds_qdrant:
        folder = StateFolder(settings.state_dir).root / "qdrant"
        detail = f"embedded, in {folder}; remembers the latest {MOST:,} incidents"
        return _told("Qdrant", Verdict.OK, detail, "")
    return Checkup(name="Qdrant", ask=ask, advice="check QDRANT_URL and QDRANT_API_KEY")


def _embedder(settings: Settings) -> Checkup:
    async def ask_ollama() -> str:
        embedder = OllamaEmbedder.connect(
            url=settings.ollama_url or "",
            model=settings.ollama_model,
            dimension=settings.ollama_dimension,
            timeout=_TIMEOUT,
        )
        try:
            await embedder.embed("Does it answer?")
        finally:
            await embedder.aclose()
        return f"{settings.ollama_model} on {settings.ollama_url}"

    async def ask_wordllama() -> str:
        embedder = await WordLlamaEmbedder.load()
        await embedder.embed("Does it answer?")
        return f"embedded, {embedder.model}"

    if settings.uses_ollama:
        advice = f"check OLLAMA_URL, then: ollama pull {settings.ollama_model}"
        return Checkup(name="Ollama", ask=ask_ollama, advice=advice)
    return Checkup(name="wordllama", ask=ask_wordllama, advice="install Rayne again")


def _analyst(settings: Settings) -> Checkup:
    key, token = settings.anthropic_api_key, settings.anthropic_auth_token

    async def ask() -> str:
        claude = Claude.connect(
            api_key=key.get_secret_value() if key else None,
            auth_token=token.get_secret_value() if token else None,
            base_url=settings.anthropic_base_url,
            model=settings.claude_model,
            timeout=_TIMEOUT,
        )
        try:
            await claude.check()
        finally:
            await claude.close()
        return f"takes the {'key' if key else 'token'}, offers {settings.claude_model}"

    if settings.uses_claude:
        advice = "check ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN) and RAYNE_CLAUDE_MODEL"
        return Checkup(name="Claude", ask=ask, advice=advice)
    detail = "no key: the rules analyst writes the reports"
    return _told("Claude", Verdict.OFF, detail, "set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN")


def _embedded(name: str, find: Callable[[], object]) -> Checkup:
    async def ask() -> str:
        find()
        return "embedded, and not running"

    return Checkup(name=name, ask=ask, advice=_START, verdict=Verdict.EMBEDDED)


def _told(name: str, verdict: Verdict, detail: str, advice: str) -> Checkup:
    """Nothing to ask: the settings alone say it."""

    async def ask() -> str:
        return detail

    return Checkup(name=name, ask=ask, advice=advice, verdict=verdict)
