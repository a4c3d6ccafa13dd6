"""The worker process: serve the task queues and relay deliveries until told to stop."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker, WorkerDeploymentConfig

from adapters import uvicorn
from adapters.deployment import Deployment
from adapters.embedded.ports import claim_port
from adapters.postgres.database import Database
from adapters.postgres.relay import PostgresRelay
from adapters.postgres.status import Limits, PostgresStatus
from adapters.relay import Relay
from adapters.settings import Settings
from adapters.telemetry.telemetry import Telemetry
from adapters.temporal import (
    bounded,
    check,
    connect_patiently,
    pause,
    register_search_attributes,
    told_in_our_words,
)
from domain.errors import TimedOut, Unavailable
from workers.app import Dependencies, WorkerPage, create_worker_app
from workers.errors import ErrorTranslator
from workers.heartbeats import Heartbeats
from workers.log_context import LogContext
from workers.registry import (
    WORKFLOWS,
    Steps,
    compute_activities,
    main_activities,
    model_activities,
)
from workers.sandbox import RUNNER
from workers.versions import VERSIONED, versioned
from workers.wiring import build_steps
from workflows import search_attributes
from workflows.client import WorkflowClient
from workflows.housekeeping import schedule_retention
from workflows.policies import TaskQueue

QUEUES = {"main": TaskQueue.RAYNE, "model": TaskQueue.MODEL, "compute": TaskQueue.COMPUTE}

# Longer than most steps; what is cut off is handed back, and another worker begins it again.
DRAIN = timedelta(seconds=8)

# Threads of one interpreter take turns: more at once would only make each of them later.
COMPUTING_AT_ONCE = 2

log = structlog.get_logger()


async def serve_worker(
    settings: Settings,
    telemetry: Telemetry,
    *,
    stop: asyncio.Event,
    ready: Callable[[], None] | None = None,
) -> None:
    """Serves its queues and runs a relay. Returns once `stop` is set and the steps have ended.

    Waits for what is not there yet, and begins again where it goes away in the beginning.
    """
    await _serve_patiently(_Duty(settings, telemetry, stop, ready, Dependencies()))


async def serve_worker_alone(
    settings: Settings,
    telemetry: Telemetry,
    *,
    stop: asyncio.Event,
    ready: Callable[[], None] | None = None,
) -> None:
    """As above, in a process of its own, which tells how it is on a port of its own."""
    database = Database.connect(settings.conninfo, max_size=2)
    try:
        dependencies = Dependencies(postgres=database.ping)
        app = create_worker_app(_page(settings, telemetry, database, dependencies))
        port = claim_port(
            settings.worker_port,
            variable="RAYNE_WORKER_PORT",
            chosen="worker_port" in settings.model_fields_set,
        )
        async with uvicorn.serving(app, host=settings.api_host, port=port):
            log.info("worker.listening", host=settings.api_host, port=port)
            await _serve_patiently(_Duty(settings, telemetry, stop, ready, dependencies))
    finally:
        await database.close()


def _page(
    settings: Settings, telemetry: Telemetry, database: Database, dependencies: Dependencies
) -> WorkerPage:
    limits = Limits(analyses=settings.max_analyses, dollars=settings.daily_dollars)
    return WorkerPage(
        dependencies,
        telemetry.exposition,
        PostgresStatus(database, limits),
        token=None if settings.is_local else settings.api_token,
    )


@dataclass(frozen=True)
class _Duty:
    settings: Settings
    telemetry: Telemetry
    stop: asyncio.Event
    ready: Callable[[], None] | None
    dependencies: Dependencies


async def _serve_patiently(duty: _Duty) -> None:
    stop = duty.stop
    while not stop.is_set():
        temporal = await connect_patiently(
            duty.settings, stop=stop, watching=duty.telemetry.temporal
        )
        if temporal is None:
            return
        try:
            with told_in_our_words():
                await _serve(temporal, duty)
        except (TimedOut, Unavailable) as error:
            log.warning("worker.waiting", reason=str(error))
            await pause(stop)


async def _serve(temporal: Client, duty: _Duty) -> None:
    settings, telemetry, stop = duty.settings, duty.telemetry, duty.stop
    await register_search_attributes(temporal, search_attributes.ALL)
    await schedule_retention(temporal, bounded)
    async with AsyncExitStack() as stack:
        database = Database.connect(settings.conninfo, watch=telemetry.watch)
        stack.push_async_callback(database.close)
        steps = await stack.enter_async_context(
            build_steps(settings, database, watch=telemetry.watch, tally=telemetry.tally)
        )
        for worker in build_workers(temporal, steps, _serving(settings)):
            await stack.enter_async_context(worker)
        if settings.build_id:
            await Deployment(temporal).promote_first(settings.build_id, stop=stop)
        log.info(
            "worker.ready",
            analyst="claude" if settings.uses_claude else "rules",
            queues=sorted(settings.queues),
        )
        stack.enter_context(duty.dependencies.served(partial(check, temporal), steps.probes))
        if duty.ready:
            duty.ready()
        relay = Relay(
            PostgresRelay(database),
            WorkflowClient(temporal, bounded),
            settings.grouping,
        ).telling(telemetry.tally, telemetry.trail)
        await relay.run(stop)
        log.info("worker.stopping")


@dataclass(frozen=True)
class Serving:
    """What one process serves."""

    max_analyses: int
    queues: Collection[TaskQueue] = tuple(TaskQueue)
    build_id: str | None = None
    workflows: Sequence[type] | None = None  # None: all, as this build knows them
    drain: timedelta = DRAIN

    @property
    def deployment(self) -> WorkerDeploymentConfig | None:
        return versioned(self.build_id) if self.build_id else None


def _serving(settings: Settings) -> Serving:
    return Serving(
        max_analyses=settings.max_analyses,
        queues=[queue for name, queue in QUEUES.items() if name in settings.queues],
        build_id=settings.build_id,
        drain=settings.drain,
    )


def build_workers(temporal: Client, steps: Steps, serving: Serving) -> list[Worker]:
    """One worker per queue. Model calls and computing never hold up intake."""
    build = {
        TaskQueue.RAYNE: _main_worker,
        TaskQueue.MODEL: _model_worker,
        TaskQueue.COMPUTE: _compute_worker,
    }
    return [build[queue](temporal, steps, serving) for queue in serving.queues]


def _main_worker(temporal: Client, steps: Steps, serving: Serving) -> Worker:
    usual = VERSIONED if serving.build_id else WORKFLOWS
    return Worker(
        temporal,
        task_queue=TaskQueue.RAYNE,
        workflows=serving.workflows or usual,
        activities=main_activities(steps),
        interceptors=[LogContext(), ErrorTranslator(), Heartbeats()],
        workflow_runner=RUNNER,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
        graceful_shutdown_timeout=serving.drain,
        deployment_config=serving.deployment,
    )


def _model_worker(temporal: Client, steps: Steps, serving: Serving) -> Worker:
    return Worker(
        temporal,
        task_queue=TaskQueue.MODEL,
        activities=model_activities(steps),
        interceptors=[LogContext(), ErrorTranslator(), Heartbeats()],
        max_concurrent_activities=serving.max_analyses,
        graceful_shutdown_timeout=serving.drain,
        deployment_config=serving.deployment,
    )


def _compute_worker(temporal: Client, steps: Steps, serving: Serving) -> Worker:
    return Worker(
        temporal,
        task_queue=TaskQueue.COMPUTE,
        activities=compute_activities(steps),
        interceptors=[LogContext(), ErrorTranslator(), Heartbeats()],
        max_concurrent_activities=COMPUTING_AT_ONCE,
        graceful_shutdown_timeout=serving.drain,
        deployment_config=serving.deployment,
    )
