"""Has every log line of a step say whose it is."""

from typing import Any

from structlog.contextvars import bound_contextvars
from temporalio import activity, workflow
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from workflows import ids


class LogContext(Interceptor):
    """Ids only: what a step was given stays out of logs."""

    def __init__(self) -> None:
        # They are fields of their own, and need not stand in the event's name as well.
        activity.logger.activity_info_on_message = False
        workflow.logger.workflow_info_on_message = False

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Bound(next)


class _Bound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: ANN401 - the SDK's signature
        info = activity.info()
        workflow_id = info.workflow_id or ""
        incident_id = ids.incident_of(workflow_id)
        with bound_contextvars(
            workflow_id=workflow_id,
            activity_type=info.activity_type,
            attempt=info.attempt,
            **({} if incident_id is None else {"incident_id": incident_id}),
        ):
            return await super().execute_activity(input)
