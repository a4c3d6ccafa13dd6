"""Try whether people are told: a notification to every desktop, now."""

import asyncio

from fastapi import APIRouter
from pydantic import BaseModel

from api.access import ForOperators
from api.dependencies import FromResources
from domain.errors import NotOffered, RayneError
from domain.notification_ports import Notifier
from domain.notification_text import a_test

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


class Trial(BaseModel):
    """What came of it, by URL: "status: 200 OK", or "error: ..."."""

    urls: list[str]
    results: dict[str, str]


@router.post("/test-notify", dependencies=[ForOperators])
async def try_notifying(resources: FromResources) -> Trial:
    """200 whatever the desktops say; 501 where none is set."""
    notifiers = resources.desktops.notifiers
    if not notifiers:
        raise NotOffered(
            "nobody is told here: set NOTIFY_SERVER_URLS, as docs/notifications.md says"
        )
    told = await asyncio.gather(*(_try(notifier) for notifier in notifiers))
    urls = [notifier.address for notifier in notifiers]
    return Trial(urls=urls, results=dict(zip(urls, told, strict=True)))


async def _try(notifier: Notifier) -> str:
    try:
        return f"status: {await notifier.notify(a_test())}"
    except RayneError as error:
        return f"error: {error}"
