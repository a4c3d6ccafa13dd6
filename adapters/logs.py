"""Logs: events named noun.verb with fields; lines for people on a terminal, JSON elsewhere."""

import logging
import re
import sys
from collections.abc import Sequence
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from adapters.variables import LogFormat, LogLevel

_SECRET_NAME = re.compile(r"key|token|secret|password|authorization|cookie|conninfo", re.IGNORECASE)
_HARMLESS = frozenset({"key", "incident_key", "episode_key", "group_key"})  # ids, no secrets

_OF_A_RUN = ("workflow_id", "workflow_type", "activity_type", "attempt")

# These speak at info about what is ours to tell, or tell it a second time.
_QUIET = ("alembic", "httpcore", "httpx", "httpx2", "temporalio", "uvicorn", "wordllama")


def configure(
    level: LogLevel,
    format: LogFormat,
    stream: TextIO = sys.stderr,
    *,
    also: Sequence[Processor] = (),
) -> None:
    """Sends our events, and those of libraries that use `logging`, to `stream`. Idempotent.

    `also` add to each event.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        name_run,
        *also,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(format, is_terminal=stream.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def name_run(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What the Temporal SDK says of its own, in our fields: `workflow_id` and the like."""
    for nested in ("temporal_workflow", "temporal_activity"):
        told = event.pop(nested, None) or {}
        event.update({name: told[name] for name in _OF_A_RUN if name in told})
    return event


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The last guard: a field whose name speaks of a secret loses its value."""
    return {
        name: "***" if _SECRET_NAME.search(name) and name not in _HARMLESS else value
        for name, value in event.items()
    }


def _rendering(format: LogFormat, *, is_terminal: bool) -> list[Processor]:
    if format == "text" or (format == "auto" and is_terminal):
        plain = structlog.dev.plain_traceback  # never the one that prints local variables
        return [structlog.dev.ConsoleRenderer(colors=is_terminal, exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
