"""What a process tells of itself, put together: metrics always, traces where they are wanted."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version

from adapters import logs
from adapters.settings import Settings
from adapters.telemetry.exposition import Exposition
from adapters.telemetry.metrics import Metrics
from adapters.telemetry.request_watch import RequestWatch
from adapters.telemetry.temporal import TemporalMetrics
from adapters.telemetry.trail import TraceTrail, name_trace
from adapters.telemetry.watch import CallWatch
from adapters.temporal import Watching
from domain.telemetry import UNTRACED, Tally, Trail, Watch

WHOLE = "up"  # the part that is all parts in one process


@dataclass(frozen=True)
class Telemetry:
    tally: Tally
    watch: Watch
    trail: Trail
    requests: RequestWatch
    exposition: Exposition
    temporal: Watching  # of every Temporal client in the process


@asynccontextmanager
async def telling(settings: Settings, part: str) -> AsyncIterator[Telemetry]:
    """For the length of a process. `part` is what of Rayne runs in it: api, worker, agent, up."""
    metrics, temporal = Metrics(part=part, version=_version(settings)), TemporalMetrics()
    metrics.registry.register(temporal)
    emptying = asyncio.create_task(temporal.keep_emptying())
    try:
        if settings.otel_exporter_otlp_endpoint is None:
            yield _counting(metrics, temporal)
        else:
            async with _tracing(settings, part, metrics, temporal) as telemetry:
                yield telemetry
    finally:
        emptying.cancel()


def _counting(metrics: Metrics, temporal: TemporalMetrics) -> Telemetry:
    return Telemetry(
        tally=metrics,
        watch=CallWatch(metrics, None),
        trail=UNTRACED,
        requests=RequestWatch(metrics, None),
        exposition=Exposition(metrics.registry),
        temporal=Watching(temporal.runtime),
    )


@asynccontextmanager
async def _tracing(
    settings: Settings, part: str, metrics: Metrics, temporal: TemporalMetrics
) -> AsyncIterator[Telemetry]:
    from adapters.telemetry.otlp import Spans

    spans = Spans(
        settings.otel_exporter_otlp_endpoint or "",
        _resource(settings, part),
        share=settings.otel_traces_sampler_arg,
        exports=metrics.exports,
    )
    logs.configure(settings.log_level, settings.log_format, also=[name_trace])
    try:
        yield Telemetry(
            tally=metrics,
            watch=CallWatch(metrics, spans.tracer),
            trail=TraceTrail(spans.tracer),
            requests=RequestWatch(metrics, spans.tracer),
            exposition=Exposition(metrics.registry),
            temporal=Watching(temporal.runtime, (spans.interceptor(),)),
        )
    finally:
        await spans.end()


def _resource(settings: Settings, part: str) -> Mapping[str, str]:
    """OpenTelemetry's names for what Datadog calls service, env and version."""
    default = "rayne" if part == WHOLE else f"rayne-{part}"
    named = {
        "service.name": settings.otel_service_name or settings.dd_service or default,
        "service.version": _version(settings),
        "deployment.environment.name": settings.dd_env,
    }
    return {name: value for name, value in named.items() if value}


def _version(settings: Settings) -> str:
    return settings.dd_version or settings.build_id or version("rayne")
