"""Is the agent there, and what has it to work with?"""

from fastapi import APIRouter
from pydantic import AwareDatetime

from api.access import ForNobody, ForViewers
from api.agent_routes.shapes import CamelCase
from api.dependencies import FromResources, Resources
from domain.errors import RayneError

router = APIRouter()


class AgentHealth(CamelCase):
    status: str = "healthy"
    timestamp: AwareDatetime
    dd_lib_available: bool
    assets_available: bool


class TemplateNames(CamelCase):
    templates: list[str]


@router.get("/health", dependencies=[ForNobody])
async def get_health(resources: FromResources) -> AgentHealth:
    """`ddLibAvailable`: there are keys for Datadog. Nothing outside is asked."""
    return AgentHealth(
        timestamp=resources.clock(),
        dd_lib_available=resources.tools is not None,
        assets_available=_has_templates(resources),
    )


@router.get("/templates", dependencies=[ForViewers])
async def list_templates(resources: FromResources) -> TemplateNames:
    return TemplateNames(templates=list(resources.templates.names()))


def _has_templates(resources: Resources) -> bool:
    try:
        return bool(resources.templates.names())
    except RayneError:
        return False
