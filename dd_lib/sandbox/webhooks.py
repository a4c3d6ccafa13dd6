"""What Datadog accepts as a webhook and as a custom variable of webhooks."""

import json
from typing import Literal

from pydantic import Field, JsonValue

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource

Encoding = Literal["json", "form"]

# What is sent where no payload was given: it names neither monitor nor transition.
DEFAULT_PAYLOAD = """{
    "id": "$ID",
    "last_updated": "$LAST_UPDATED",
    "event_type": "$EVENT_TYPE",
    "title": "$EVENT_TITLE",
    "date": "$DATE",
    "org": {
        "id": "$ORG_ID",
        "name": "$ORG_NAME"
    },
    "body": "$EVENT_MSG"
}"""


class NewWebhook(Closed):
    """`payload` is a template; `custom_headers` holds a JSON object as text."""

    name: str = Field(min_length=1)
    url: str = Field(min_length=1)
    payload: str | None = None
    custom_headers: str | None = None
    encode_as: Encoding = "json"


class WebhookChanges(Closed):
    """What is left out stays as it is; null brings the default back."""

    name: str = Field(default="", min_length=1)
    url: str = Field(default="", min_length=1)
    payload: str | None = None
    custom_headers: str | None = None
    encode_as: Encoding = "json"


class NewVariable(Closed):
    name: str = Field(pattern=r"^[A-Z0-9_]+$")
    value: str
    is_secret: bool


class VariableChanges(Closed):
    """What is left out stays as it is."""

    name: str = Field(default="", pattern=r"^[A-Z0-9_]+$")
    value: str = ""
    is_secret: bool = False


def new_webhook(wanted: NewWebhook) -> Resource:
    """Raises Refusal for an address or headers that cannot be sent to."""
    return _checked(wanted.model_dump(mode="json"))


def changed_webhook(old: Resource, changes: WebhookChanges) -> Resource:
    """Raises Refusal for an address or headers that cannot be sent to."""
    return _checked(old | changes.model_dump(mode="json", exclude_unset=True))


def new_variable(wanted: NewVariable) -> Resource:
    return wanted.model_dump(mode="json")


def changed_variable(old: Resource, changes: VariableChanges) -> Resource:
    """Raises Refusal where a hidden value would come to light."""
    given = changes.model_dump(mode="json", exclude_unset=True)
    if old["is_secret"] and given.get("is_secret") is False and "value" not in given:
        raise Refusal(400, "A value is required to make a secret variable public")
    return old | given


def shown_variable(variable: Resource) -> Resource:
    """As Datadog answers it: never with the value of a secret one."""
    if not variable["is_secret"]:
        return variable
    return {key: value for key, value in variable.items() if key != "value"}


def _checked(webhook: Resource) -> Resource:
    if not str(webhook["url"]).startswith(("http://", "https://", "$")):
        raise Refusal(400, "Invalid URL")
    if not _are_headers(webhook["custom_headers"]):
        raise Refusal(400, "Custom headers must be a JSON object of texts")
    return webhook | {"payload": webhook["payload"] or DEFAULT_PAYLOAD}


def _are_headers(text: JsonValue) -> bool:
    if not text:
        return True
    try:
        headers = json.loads(str(text))
    except ValueError:
        return False
    return isinstance(headers, dict) and all(isinstance(each, str) for each in headers.values())
