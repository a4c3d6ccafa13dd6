"""Calls about what Rayne makes: downtimes, notebooks, webhooks and their variables."""

from typing import Any

from datadog_api_client.v1.api.notebooks_api import NotebooksApi
from datadog_api_client.v1.api.webhooks_integration_api import WebhooksIntegrationApi
from datadog_api_client.v2.api.downtimes_api import DowntimesApi

from tests.contract.official.client import Ask, Call, after, official
from tests.contract.official.places import MONITOR_ID
from tests.contract.parity.intents import WINDOW, Json
from tests.contract.parity.writes import VARIABLE_BODY, WEBHOOK_BODY, a_notebook_body

DOWNTIME = "/api/v2/downtime/{downtime_id}"
NOTEBOOK = "/api/v1/notebooks/{notebook_id}"
INTEGRATION = "/api/v1/integration/webhooks/configuration"
WEBHOOK = f"{INTEGRATION}/webhooks/{{webhook_name}}"
VARIABLE = f"{INTEGRATION}/custom-variables/{{custom_variable_name}}"


def muted(**changes: Any) -> Ask:
    attributes: Json = {
        "scope": "env:prod",
        "monitor_identifier": {"monitor_id": MONITOR_ID},
        "message": "deploying",
        "display_timezone": "UTC",
        "mute_first_recovery_notification": True,
        "notify_end_states": ["alert", "no data", "warn"],
        "notify_end_types": ["canceled", "expired"],
        "schedule": {"start": None, "end": WINDOW.end},
    }
    body = {"data": {"type": "downtime", "attributes": attributes | changes}}
    return official(DowntimesApi, "create_downtime", body=body)


MUTED_BY_TAGS = muted(scope="*", monitor_identifier={"monitor_tags": ["team:shop"]})
MUTED = muted()
WRITTEN = official(NotebooksApi, "create_notebook", body=a_notebook_body())


def about_downtime(operation: str, **options: Any) -> Ask:
    return after(MUTED, lambda made: official(DowntimesApi, operation, made.data.id, **options))


def longer(made: Any) -> Ask:
    attributes = {"message": "still deploying", "schedule": {"end": None}}
    body = {"data": {"type": "downtime", "id": made.data.id, "attributes": attributes}}
    return official(DowntimesApi, "update_downtime", made.data.id, body=body)


def about_notebook(operation: str, **options: Any) -> Ask:
    return after(WRITTEN, lambda made: official(NotebooksApi, operation, made.data.id, **options))


def integration(operation: str, *names: str, **options: Any) -> Ask:
    return official(WebhooksIntegrationApi, operation, *names, **options)


def named(name: str) -> Json:
    """Each call's own, for a webhook's name is given once."""
    return WEBHOOK_BODY | {"name": name}


def about_webhook(operation: str, name: str, **options: Any) -> Ask:
    registered = integration("create_webhooks_integration", body=named(name))
    return after(registered, lambda _: integration(operation, name, **options))


def a_variable(name: str) -> Json:
    return VARIABLE_BODY | {"name": name}


def about_variable(operation: str, name: str, **options: Any) -> Ask:
    kept = integration("create_webhooks_integration_custom_variable", body=a_variable(name))
    return after(kept, lambda _: integration(operation, name, **options))


WRITES = [
    Call("POST", "/api/v2/downtime", MUTED),
    Call("POST", "/api/v2/downtime", MUTED_BY_TAGS),
    Call(
        "GET",
        "/api/v2/downtime",
        after(
            MUTED_BY_TAGS,
            lambda _: official(DowntimesApi, "list_downtimes", include="created_by,monitor"),
        ),
    ),
    Call("GET", DOWNTIME, about_downtime("get_downtime", include="created_by,monitor")),
    Call("PATCH", DOWNTIME, after(MUTED, longer)),
    Call("DELETE", DOWNTIME, about_downtime("cancel_downtime"), ""),
    Call(
        "GET",
        "/api/v2/monitor/{monitor_id}/downtime_matches",
        after(MUTED, lambda _: official(DowntimesApi, "list_monitor_downtimes", MONITOR_ID)),
    ),
    Call("POST", "/api/v1/notebooks", WRITTEN),
    Call(
        "GET",
        "/api/v1/notebooks",
        after(WRITTEN, lambda _: official(NotebooksApi, "list_notebooks", include_cells=True)),
    ),
    Call("GET", NOTEBOOK, about_notebook("get_notebook")),
    Call("PUT", NOTEBOOK, about_notebook("update_notebook", body=a_notebook_body())),
    Call("DELETE", NOTEBOOK, about_notebook("delete_notebook"), ""),
    Call(
        "POST",
        f"{INTEGRATION}/webhooks",
        integration("create_webhooks_integration", body=named("made")),
        "name",
    ),
    Call("GET", WEBHOOK, about_webhook("get_webhooks_integration", "read"), "name"),
    Call(
        "PUT",
        WEBHOOK,
        about_webhook("update_webhooks_integration", "changed", body={"encode_as": "form"}),
        "name",
    ),
    Call("DELETE", WEBHOOK, about_webhook("delete_webhooks_integration", "gone"), ""),
    Call(
        "POST",
        f"{INTEGRATION}/custom-variables",
        integration("create_webhooks_integration_custom_variable", body=a_variable("MADE")),
        "name",
    ),
    Call(
        "GET", VARIABLE, about_variable("get_webhooks_integration_custom_variable", "READ"), "name"
    ),
    Call(
        "PUT",
        VARIABLE,
        about_variable(
            "update_webhooks_integration_custom_variable", "CHANGED", body={"value": "other"}
        ),
        "name",
    ),
    Call(
        "DELETE",
        VARIABLE,
        about_variable("delete_webhooks_integration_custom_variable", "GONE"),
        "",
    ),
]
