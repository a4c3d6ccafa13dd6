"""Private locations: the operator's own commands for their containers, by name."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from api.access import ByToken, ForNobody, ForOperators
from api.dependencies import Commands, FromResources
from api.errors import MethodNotAllowed
from domain.errors import NotOffered

router = APIRouter(prefix="/v1/pl", tags=["private locations"])

HOW_TO_OFFER = (
    "there are no private location actions here: set RAYNE_PL_ACTIONS to a JSON object of commands "
    'such as {"restart": ["systemctl", "restart", "worker.service"]}, and RAYNE_API_TOKEN too'
)


class ActionResult(BaseModel):
    """`exit_code` 0 is success; a negative one is the signal that ended the command."""

    action: str
    exit_code: int
    stdout: str
    stderr: str
    truncated: bool
    seconds: float


def offered_commands(resources: FromResources) -> Commands:
    if resources.commands is None:
        raise NotOffered(HOW_TO_OFFER)
    return resources.commands


Offered = Depends(offered_commands)


# Offered stands before ByToken: where there is nothing to guard, say so rather than 401.
@router.post("/refresh/{action}", dependencies=[ForOperators, Offered, ByToken])
async def run_action(action: str, commands: Annotated[Commands, Offered]) -> ActionResult:
    """Runs the command that RAYNE_PL_ACTIONS lists for `action`, and waits for its end.

    200 whatever its exit code; 404 for an action that is not listed, 409 while it runs, 504 when
    it was killed for taking longer than RAYNE_PL_TIMEOUT, 501 where no actions are set.
    """
    result = await commands.run(action)
    return ActionResult(action=action, **result.model_dump())


@router.get("/refresh/{action}", include_in_schema=False, dependencies=[ForNobody])
async def explain_method(action: str) -> None:
    """The first Rayne acted on GET, so a crawler or a prefetching browser could stop a worker."""
    raise MethodNotAllowed(
        f"to run {action!r}, POST to this path: GET changes nothing", allowed="POST"
    )
