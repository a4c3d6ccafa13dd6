"""Teach Datadog to call Rayne, with everything that Rayne reads."""

from typing import Self
from urllib.parse import urlsplit

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, SecretStr, model_validator

from api.access import SECRET_HEADER, ForAdmins, FromJournal
from api.bodies import AsEver
from api.dependencies import FromRegistrations, FromResources
from domain.datadog_webhooks import RAYNE_PAYLOAD, DatadogWebhook
from domain.errors import Rejected

# Not for operators: whoever chooses the address that is called learns the webhook secret.
router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], dependencies=[ForAdmins])


class NewWebhook(AsEver):
    """`url` is this Rayne's `/v1/webhooks/receive` as Datadog reaches it."""

    name: str = ""
    url: str = ""
    use_custom_payload: bool = False
    custom_payload: str = ""

    @model_validator(mode="after")
    def _has_its_payload(self) -> Self:
        if self.use_custom_payload and not self.custom_payload.strip():
            raise ValueError("use_custom_payload needs a custom_payload")
        return self


class Registered(BaseModel):
    """A monitor calls the webhook when its message holds `mention`."""

    name: str
    url: str
    use_custom_payload: bool
    mention: str


@router.post(
    "/create",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": Registered, "description": "Changed the one of that name"}},
)
async def register_webhook(
    new: NewWebhook,
    resources: FromResources,
    datadog: FromRegistrations,
    response: Response,
    journal: FromJournal,
) -> Registered:
    """Creates the webhook in Datadog, or changes the one of that name. Idempotent."""
    if not new.name.strip() or not new.url.strip():
        raise Rejected("name and url are required")
    known = await datadog.find_webhook(new.name.strip())
    webhook = _wanted(new, known, await resources.door.current())
    journal.tell("webhook.registered", webhook.name, after={"url": _where(webhook.url)})
    await datadog.put_webhook(webhook)
    if known is not None:
        response.status_code = status.HTTP_200_OK
    return _registered(webhook, new)


def _wanted(
    new: NewWebhook, known: DatadogWebhook | None, secret: SecretStr | None
) -> DatadogWebhook:
    """Headers that a person added in Datadog stay; ours is renewed."""
    kept = known.custom_headers if known else {}
    ours = {SECRET_HEADER: secret.get_secret_value()} if secret else {}
    return DatadogWebhook(
        name=new.name.strip(),
        url=new.url.strip(),
        payload=new.custom_payload if new.use_custom_payload else RAYNE_PAYLOAD,
        custom_headers=kept | ours,
    )


def _where(url: str) -> str:
    """Without what may be secret: a user and password before the host, a token after the path."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}{parts.path}"


def _registered(webhook: DatadogWebhook, new: NewWebhook) -> Registered:
    return Registered(
        name=webhook.name,
        url=webhook.url,
        use_custom_payload=new.use_custom_payload,
        mention=webhook.mention,
    )
