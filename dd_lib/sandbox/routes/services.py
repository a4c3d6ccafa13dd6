"""Services: what sends traces, what is declared, and the catalogue of both."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import JsonValue

from dd_lib.sandbox.dependencies import WorldNow, limited, require_keys
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.services import (
    DefinitionRequest,
    SchemaVersion,
    Service,
    declared_service,
    entity,
    known_services,
    new_definition,
    told_definition,
    traced_services,
)
from dd_lib.sandbox.world import World

router = APIRouter(dependencies=[Depends(require_keys), Depends(limited("services_api"))])

DEFINITIONS = "/api/v2/services/definitions"
NEWEST: SchemaVersion = "v2.2"


@router.get("/api/v2/apm/services")
async def list_apm_services(
    world: WorldNow, env: Annotated[str, Query(alias="filter[env]")]
) -> Resource:
    """Those with a span in this environment; `*` is every one. By name, all at once."""
    names: list[JsonValue] = [*traced_services(world.telemetry().spans, env)]
    metadata: list[JsonValue] = [{"isTraced": True, "isUsm": False} for _name in names]
    attributes: Resource = {"services": names, "metadata": metadata}
    return {"data": {"id": "1", "type": "services_list", "attributes": attributes}}


@router.get(DEFINITIONS)
async def list_definitions(
    world: WorldNow,
    size: Annotated[int, Query(alias="page[size]", ge=1, le=100)] = 10,
    number: Annotated[int, Query(alias="page[number]", ge=0)] = 0,
    schema_version: SchemaVersion = NEWEST,
) -> Resource:
    declared = _declared(world, schema_version)
    page = list(declared.values())[number * size : (number + 1) * size]
    return {"data": [*page]}


@router.post(DEFINITIONS)
async def declare_service(world: WorldNow, request: DefinitionRequest) -> Resource:
    """The same service again replaces."""
    definition = new_definition(request, world.clock())
    world.keep("definitions", request.dd_service, definition)
    return {"data": [definition]}


@router.get(f"{DEFINITIONS}/{{service_name}}")
async def get_definition(
    world: WorldNow, service_name: str, schema_version: SchemaVersion = NEWEST
) -> Resource:
    found = _declared(world, schema_version).get(service_name)
    if found is None:
        raise Refusal(404, "Not Found")
    return {"data": found}


@router.get("/api/v2/catalog/entity")
async def list_entities(
    world: WorldNow,
    offset: Annotated[int, Query(alias="page[offset]", ge=0)] = 0,
    limit: Annotated[int, Query(alias="page[limit]", ge=1)] = 100,
    kind: Annotated[str, Query(alias="filter[kind]")] = "",
    name: Annotated[str, Query(alias="filter[name]")] = "",
    owner: Annotated[str, Query(alias="filter[owner]")] = "",
) -> Resource:
    """Services only."""
    found = [
        service
        for service in _catalogue(world)
        if kind in ("", "service") and name in ("", service.name) and owner in ("", service.team)
    ]
    data: list[JsonValue] = [entity(service) for service in found[offset : offset + limit]]
    return {"data": data, "meta": {"count": len(found), "includeCount": 0}}


def _declared(world: World, version: SchemaVersion) -> dict[str, Resource]:
    """By name, in order: what was posted counts more than what a scenario tells."""
    told = {s.name: told_definition(s, version) for s in known_services(world.telemetry())}
    return dict(sorted((told | world.kept("definitions")).items()))


def _catalogue(world: World) -> list[Service]:
    told = {service.name: service for service in known_services(world.telemetry())}
    posted = {
        name: declared_service(definition) for name, definition in world.kept("definitions").items()
    }
    return [service for _name, service in sorted((told | posted).items())]
