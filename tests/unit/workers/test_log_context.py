"""A line that a step logs says whose it is, and nothing of what the step was given."""

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import structlog
from temporalio import activity
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from adapters import logs
from workers.log_context import LogContext


class Logs(ActivityInboundInterceptor):
    """A step that has something to say, through either logger."""

    def __init__(self) -> None: ...

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        structlog.get_logger().warning("step.spoke")
        activity.logger.warning("step.spoke_by_the_sdk")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


async def lines_of(workflow_id: str, log: io.StringIO) -> list[dict[str, Any]]:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, workflow_id=workflow_id)
    step = LogContext().intercept_activity(Logs())
    given = ExecuteActivityInput(fn=lines_of, args=["a payload"], executor=None, headers={})
    await environment.run(step.execute_activity, given)
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_both_loggers_name_the_run_and_the_incident(log: io.StringIO) -> None:
    ours, sdks = await lines_of("rca-7-1", log)

    assert (ours["event"], sdks["event"]) == ("step.spoke", "step.spoke_by_the_sdk")
    for line in (ours, sdks):
        assert line["workflow_id"] == "rca-7-1"
        assert line["incident_id"] == 7
        assert line["activity_type"] == "unknown"
        assert line["attempt"] == 1
        assert "payload" not in json.dumps(line)


async def test_a_run_of_no_incident_names_none(log: io.StringIO) -> None:
    ours, _ = await lines_of("retention", log)

    assert ours["workflow_id"] == "retention"
    assert "incident_id" not in ours


async def test_what_a_step_bound_ends_with_it(log: io.StringIO) -> None:
    await lines_of("rca-7-1", log)

    structlog.get_logger().info("later")

    assert "workflow_id" not in json.loads(log.getvalue().splitlines()[-1])
