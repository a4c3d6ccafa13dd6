"""The API processes: build what the routes need, serve, and relay deliveries beside it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import NamedTuple

from fastapi import FastAPI
from temporalio.client import Client

from adapters import clock, uvicorn
from adapters.commands import Commands
from adapters.monty import MontySandbox
from adapters.notify_server import NotifyServer, connect_all
from adapters.postgres.analyses import PostgresAnalyses
from adapters.postgres.database import Database
from adapters.postgres.endings import PostgresEndings
from adapters.postgres.event_history import PostgresEventHistory
from adapters.postgres.feedback import PostgresFeedbacks
from adapters.postgres.functions import PostgresFunctions
from adapters.postgres.inbox import PostgresInbox
from adapters.postgres.incidents import PostgresIncidents
from adapters.postgres.notices import PostgresNotices
from adapters.postgres.relay import PostgresRelay
from adapters.postgres.reports import PostgresReports
from adapters.postgres.retention import PostgresRetention
from adapters.postgres.rum import PostgresVisits
from adapters.postgres.rum_history import PostgresVisitHistory
from adapters.postgres.status import Limits, PostgresStatus
from adapters.postgres.unread_events import PostgresUnreadEvents
from adapters.postgres.webhook_configs import PostgresWebhookConfigs
from adapters.relay import Relay
from adapters.settings import Settings
from adapters.telemetry.telemetry import Telemetry
from adapters.templates import Templates
from adapters.temporal import bounded, check, connect
from adapters.user_agents import UserAgents
from api.agent_app import create_agent_app
from api.app import create_app
from api.datadog_proxy import DatadogProxy
from api.datadog_webhooks import RegisteredWebhooks
from api.demo_offer import demo_of
from api.dependencies import Desktops, Resources, Rum, Tools, Webhooks
from api.identity import Identity
from api.opening import access_of, door_of, identity_of, refuse_to_be_open
from api.telling import Telling
from dd_lib.client import DatadogClient
from dd_lib.sites import addresses
from dd_lib.toolbox import DatadogToolbox
from domain.telemetry import Watch
from workflows.client import WorkflowClient


async def serve_api(
    settings: Settings,
    telemetry: Telemetry,
    *,
    stop: asyncio.Event,
    ready: Callable[[], None] | None = None,
) -> None:
    """Takes deliveries and answers questions until `stop` is set. Starts without Temporal."""
    await _serve(settings, telemetry, _Door(create_app, settings.api_port), stop, ready)


async def serve_agent(
    settings: Settings,
    telemetry: Telemetry,
    *,
    stop: asyncio.Event,
    ready: Callable[[], None] | None = None,
) -> None:
    """The agent API. It relays too: alone with a worker, it is a whole Rayne."""
    await _serve(settings, telemetry, _Door(create_agent_app, settings.agent_port), stop, ready)


class _Door(NamedTuple):
    create: Callable[[Resources], FastAPI]
    port: int


async def _serve(
    settings: Settings,
    telemetry: Telemetry,
    door: _Door,
    stop: asyncio.Event,
    ready: Callable[[], None] | None,
) -> None:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_database(settings, telemetry.watch))
        identity = identity_of(settings, database)
        await refuse_to_be_open(settings, identity)
        datadog = await stack.enter_async_context(_datadog(settings, telemetry.watch))
        tools = await stack.enter_async_context(_tools(settings, database, datadog))
        temporal = await connect(settings, lazy=True, watching=telemetry.temporal)
        resources = _resources(settings, database, identity, temporal, datadog, tools)
        notifiers = await stack.enter_async_context(_notifiers(settings, telemetry.watch))
        desktops = replace(resources.desktops, notifiers=notifiers)
        told = _telling(telemetry)
        app = door.create(replace(resources, stopping=stop, telling=told, desktops=desktops))
        relay = Relay(
            PostgresRelay(database),
            WorkflowClient(temporal, bounded),
            settings.grouping,
            stands_by=True,
        ).telling(telemetry.tally, telemetry.trail)
        relaying = asyncio.create_task(relay.run(stop))
        relaying.add_done_callback(lambda _: stop.set())  # a defect there must not go unseen
        try:
            await uvicorn.serve(app, host=settings.api_host, port=door.port, stop=stop, ready=ready)
        finally:
            stop.set()
            await relaying


def _resources(
    settings: Settings,
    database: Database,
    identity: Identity,
    temporal: Client,
    datadog: DatadogClient | None,
    tools: Tools | None,
) -> Resources:
    async def temporal_answers() -> None:
        await check(temporal)

    return Resources(
        inbox=PostgresInbox(database),
        webhooks=_webhooks(database),
        incidents=PostgresIncidents(database),
        analyses=PostgresAnalyses(database),
        feedbacks=PostgresFeedbacks(database),
        reports=PostgresReports(database),
        templates=Templates(settings.assets_dir),
        runs=WorkflowClient(temporal, bounded),
        endings=PostgresEndings(database),
        retention=PostgresRetention(database),
        keep=settings.retention,
        grouping=settings.grouping,
        status=PostgresStatus(
            database, Limits(analyses=settings.max_analyses, dollars=settings.daily_dollars)
        ),
        rum=_rum(settings, database),
        desktops=Desktops(PostgresNotices(database)),
        clock=clock.now,
        identity=identity,
        door=door_of(settings, identity),
        access=access_of(settings),
        probes={"postgres": database.ping, "temporal": temporal_answers},
        commands=_commands(settings),
        datadog=DatadogProxy(datadog) if datadog else None,
        registrations=RegisteredWebhooks(datadog) if datadog else None,
        tools=tools,
        has_claude=settings.uses_claude,
        demo=demo_of(settings, database),
    )


def _telling(telemetry: Telemetry) -> Telling:
    return Telling(
        tally=telemetry.tally,
        trail=telemetry.trail,
        requests=telemetry.requests,
        metrics=telemetry.exposition,
    )


def _webhooks(database: Database) -> Webhooks:
    return Webhooks(
        configs=PostgresWebhookConfigs(database),
        history=PostgresEventHistory(database),
        unread=PostgresUnreadEvents(database),
    )


def _rum(settings: Settings, database: Database) -> Rum:
    return Rum(
        visits=PostgresVisits(database),
        history=PostgresVisitHistory(database),
        read_user_agent=UserAgents().read,
        origins=frozenset(settings.rum_origins),
    )


def _commands(settings: Settings) -> Commands | None:
    return Commands(settings.pl_actions, settings.pl_timeout) if settings.pl_actions else None


@asynccontextmanager
async def _notifiers(settings: Settings, watch: Watch) -> AsyncIterator[tuple[NotifyServer, ...]]:
    servers = tuple(server.watched_by(watch) for server in connect_all(settings))
    try:
        yield servers
    finally:
        for server in servers:
            await server.aclose()


@asynccontextmanager
async def _database(settings: Settings, watch: Watch) -> AsyncIterator[Database]:
    database = Database.connect(settings.conninfo, watch=watch)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _tools(
    settings: Settings, database: Database, datadog: DatadogClient | None
) -> AsyncIterator[Tools | None]:
    """None without keys. No sandbox process is started before a function is checked or run."""
    if datadog is None:
        yield None
        return
    toolbox = DatadogToolbox(datadog)
    sandbox = MontySandbox.open(toolbox)
    try:
        yield Tools(toolbox, PostgresFunctions(database), sandbox, settings.auto_write)
    finally:
        await sandbox.aclose()


@asynccontextmanager
async def _datadog(settings: Settings, watch: Watch) -> AsyncIterator[DatadogClient | None]:
    """None without keys: then deliveries are taken as ever, and only the proxy is missing."""
    if settings.dd_api_key is None or settings.dd_app_key is None:
        yield None
        return
    where = addresses(
        site=settings.dd_site or "",
        api_url=settings.dd_api_url or "",
        app_url=settings.dd_app_url or "",
    )
    client = DatadogClient.connect(
        api_url=where.api_url,
        api_key=settings.dd_api_key.get_secret_value(),
        app_key=settings.dd_app_key.get_secret_value(),
    ).watched_by(watch)
    try:
        yield client
    finally:
        await client.aclose()
