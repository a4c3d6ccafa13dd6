"""What a team wants done with a monitor's alerts, by name."""

from fastapi import APIRouter, Response, status
from pydantic import model_validator

from api.access import ForOperators, ForViewers, FromJournal
from api.bodies import as_ever
from api.dependencies import FromResources
from domain.webhook_configs import WebhookConfig, WebhookConfigRequest

router = APIRouter(prefix="/v1/webhooks/config", tags=["webhook configs"])

_OURS = frozenset({"id", "created_at"})  # so that what was read can be sent back, changed
_DURATION = "downtime_duration_minutes"


class ConfigBody(WebhookConfigRequest):
    """An unknown name is refused: a misspelled filter would let the config apply to everything."""

    @model_validator(mode="before")
    @classmethod
    def _as_ever(cls, given: object) -> object:
        body = as_ever(given)
        if not isinstance(body, dict):
            return body
        kept = {name: value for name, value in body.items() if name not in _OURS}
        if kept.get(_DURATION) == 0:  # the first Rayne's "none given"
            del kept[_DURATION]
        return kept


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    dependencies=[ForOperators],
    responses={200: {"model": WebhookConfig, "description": "Replaced the one of that name"}},
)
async def save_config(
    body: ConfigBody, resources: FromResources, response: Response, journal: FromJournal
) -> WebhookConfig:
    """Creates it, or replaces the one of that name as a whole."""
    config, is_new = await resources.webhooks.configs.upsert_config(body, signed=journal.sign())
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return config


@router.get("", dependencies=[ForViewers])
async def list_configs(resources: FromResources, *, all: bool = False) -> list[WebhookConfig]:
    """Oldest first; with `all` the inactive ones too."""
    return list(await resources.webhooks.configs.list_configs(active_only=not all))


@router.get("/{name:path}", dependencies=[ForViewers])
async def get_config(name: str, resources: FromResources) -> WebhookConfig:
    return await resources.webhooks.configs.get_config(name)


@router.delete("/{name:path}", status_code=status.HTTP_204_NO_CONTENT, dependencies=[ForOperators])
async def delete_config(name: str, resources: FromResources, journal: FromJournal) -> None:
    await resources.webhooks.configs.delete_config(name, signed=journal.sign())
