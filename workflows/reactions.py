"""What deliveries set off beside the analysis: telling people, forwarding, and muting."""

import asyncio

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, FailureError, WorkflowAlreadyStartedError

from activities.reactions import ReactionActivities
from domain.mutings import MutingOrder
from domain.reactions import Arrivals, ForwardOrder
from workflows import ids, policies
from workflows.auto_downtime import AutoDowntime
from workflows.failures import reason
from workflows.telling import Teller


async def react(arrivals: Arrivals, teller: Teller) -> tuple[str, ...]:
    """Returns when everything was forwarded or given up: one sentence for each given up.

    The downtimes that it starts live on without it, and `teller` tells people on its own.
    """
    reactions = await workflow.execute_activity_method(
        ReactionActivities.plan_reactions,
        arrivals,
        **policies.STORE(f"what {len(arrivals.alerts)} deliveries set off"),
    )
    teller.tell(reactions.notices)
    for order in reactions.mutings:
        await _mute(order)
    for key in reactions.over:
        await _wake(key)
    problems = await asyncio.gather(*(_forward(order) for order in reactions.forwards))
    return tuple(problem for problem in problems if problem)


async def _mute(order: MutingOrder) -> None:
    """Started once per episode and config; one that runs looks again at what it mutes."""
    try:
        await workflow.start_child_workflow(
            AutoDowntime.run,
            order,
            id=ids.auto_downtime(order.key),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            static_summary=f"mute monitor {order.monitor_id}",
        )
    except WorkflowAlreadyStartedError:
        await _wake(order.key)


async def _wake(key: str) -> None:
    handle = workflow.get_external_workflow_handle_for(AutoDowntime.run, ids.auto_downtime(key))
    try:
        await handle.signal(AutoDowntime.look_again)
    except FailureError as error:  # it has ended: there is nothing left to lift
        workflow.logger.info("downtime.not_running", extra={"reason": reason(error)})


async def _forward(order: ForwardOrder) -> str:
    """Why the delivery was not forwarded, or ""."""
    try:
        await workflow.execute_activity_method(
            ReactionActivities.forward_delivery,
            order,
            **policies.FORWARD(f"forward delivery {order.event_id} to {order.host}"),
        )
    except ActivityError as error:
        return f"delivery {order.event_id} was not forwarded to {order.host}: {reason(error)}"
    return ""
