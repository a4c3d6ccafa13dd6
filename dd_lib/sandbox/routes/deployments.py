"""Deployments, as DORA metrics list and take them."""

from fastapi import APIRouter, Depends

from dd_lib.sandbox.dependencies import WorldNow, limited, require_api_key, require_keys
from dd_lib.sandbox.deployments import (
    DeploymentRequest,
    ListRequest,
    listed,
    new_deployment,
    told_deployment,
)
from dd_lib.sandbox.resources import Resource

router = APIRouter(prefix="/api/v2/dora")


@router.post(
    "/deployment", dependencies=[Depends(require_api_key), Depends(limited("dora_intake"))]
)
async def post_deployment(world: WorldNow, request: DeploymentRequest) -> Resource:
    """The same id again replaces."""
    deployment = new_deployment(request.data.attributes, world.take_number())
    world.keep("deployments", str(deployment["id"]), deployment)
    return {"data": {"id": deployment["id"], "type": deployment["type"]}}


@router.post("/deployments", dependencies=[Depends(require_keys), Depends(limited("dora_api"))])
async def list_deployments(world: WorldNow, request: ListRequest) -> Resource:
    told = [told_deployment(event) for event in world.telemetry().events]
    known = [*(each for each in told if each), *world.kept("deployments").values()]
    return {"data": [*listed(known, request, world.clock())]}
