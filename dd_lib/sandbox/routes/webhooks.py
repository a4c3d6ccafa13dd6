"""The webhooks integration: webhooks and their custom variables."""

from fastapi import APIRouter, Depends

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.webhooks import (
    NewVariable,
    NewWebhook,
    VariableChanges,
    WebhookChanges,
    changed_variable,
    changed_webhook,
    new_variable,
    new_webhook,
    shown_variable,
)
from dd_lib.sandbox.world import Shelf

router = APIRouter(
    prefix="/api/v1/integration/webhooks/configuration",
    dependencies=[Depends(require_keys), Depends(limited("webhooks_api"))],
)

_NOUNS: dict[Shelf, str] = {"webhooks": "Webhook", "variables": "Custom variable"}


@router.post("/webhooks", status_code=201)
async def create_webhook(world: WorldNow, request: NewWebhook) -> Resource:
    _require_free(world, "webhooks", request.name)
    webhook = new_webhook(request)
    world.keep("webhooks", request.name, webhook)
    return webhook


@router.get("/webhooks/{name}")
async def get_webhook(world: WorldNow, name: str) -> Resource:
    return _known(world, "webhooks", name)


@router.put("/webhooks/{name}")
async def update_webhook(world: WorldNow, name: str, request: WebhookChanges) -> Resource:
    webhook = changed_webhook(_known(world, "webhooks", name), request)
    _replace(world, "webhooks", name, webhook)
    return webhook


@router.delete("/webhooks/{name}")
async def delete_webhook(world: WorldNow, name: str) -> Resource:
    _known(world, "webhooks", name)
    world.drop("webhooks", name)
    return {}


@router.post("/custom-variables", status_code=201)
async def create_custom_variable(world: WorldNow, request: NewVariable) -> Resource:
    _require_free(world, "variables", request.name)
    variable = new_variable(request)
    world.keep("variables", request.name, variable)
    return shown_variable(variable)


@router.get("/custom-variables/{name}")
async def get_custom_variable(world: WorldNow, name: str) -> Resource:
    return shown_variable(_known(world, "variables", name))


@router.put("/custom-variables/{name}")
async def update_custom_variable(world: WorldNow, name: str, request: VariableChanges) -> Resource:
    variable = changed_variable(_known(world, "variables", name), request)
    _replace(world, "variables", name, variable)
    return shown_variable(variable)


@router.delete("/custom-variables/{name}")
async def delete_custom_variable(world: WorldNow, name: str) -> Resource:
    _known(world, "variables", name)
    world.drop("variables", name)
    return {}


def _known(world: WorldNow, shelf: Shelf, name: str) -> Resource:
    found = world.kept(shelf).get(name)
    if found is None:
        raise Refusal(404, f"{_NOUNS[shelf]} does not exist")
    return found


def _require_free(world: WorldNow, shelf: Shelf, name: str) -> None:
    if name in world.kept(shelf):
        raise Refusal(400, f"{_NOUNS[shelf]} already exists")


def _replace(world: WorldNow, shelf: Shelf, name: str, resource: Resource) -> None:
    """Under its new name, where it got one."""
    new_name = str(resource["name"])
    if new_name != name:
        _require_free(world, shelf, new_name)
        world.drop(shelf, name)
    world.keep(shelf, new_name, resource)
