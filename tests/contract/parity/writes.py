"""Intents that write, and the lists in which what was written is found again."""

from datadog_api_client.v1.api.notebooks_api import NotebooksApi
from datadog_api_client.v1.api.webhooks_integration_api import WebhooksIntegrationApi
from datadog_api_client.v2.api.downtimes_api import DowntimesApi
from datadog_api_client.v2.api.service_definition_api import ServiceDefinitionApi
from pydantic import SecretStr

from dd_lib import custom_variables, downtimes, notebooks, service_definitions, webhooks
from dd_lib.custom_variables import CustomVariable
from dd_lib.webhooks import Webhook
from domain.downtimes import DowntimeRequest
from domain.notebook import (
    LogStreamCell,
    MarkdownCell,
    NotebookChange,
    ServiceGraphCell,
    TimeseriesCell,
)
from tests.contract.official.client import official
from tests.contract.parity.intents import WINDOW, Intent, Json, in_order
from tests.factories import a_notebook

APP = "https://app.datadoghq.com"
DOWNTIME_ID = "00000000-0000-1234-0000-000000000000"
DOWNTIME = {
    "data": {
        "id": DOWNTIME_ID,
        "type": "downtime",
        "attributes": {
            "status": "active",
            "monitor_identifier": {"monitor_id": 42},
            "scope": "env:prod",
            "schedule": {"start": "2026-01-02T11:35:00Z", "end": None},
        },
    }
}
REQUEST = DowntimeRequest(
    key="k", monitor_id=42, scope="env:prod", message="muted k", end_at=WINDOW.end
)
WEBHOOK = Webhook(
    name="rayne-1", url="https://rayne.example/v1", payload='{"id":"$ID"}', custom_headers="{}"
)
WEBHOOK_BODY = WEBHOOK.model_dump()
VARIABLE = CustomVariable(name="RAYNE_SECRET", is_secret=True, value=SecretStr("s"))
VARIABLE_BODY = {"name": "RAYNE_SECRET", "is_secret": True, "value": "s"}
VARIABLE_ANSWER = {"name": "RAYNE_SECRET", "is_secret": True}
DEFINITION: Json = {"schema-version": "v2.2", "dd-service": "checkout", "tags": ["team:shop"]}
NOTEBOOK = a_notebook(
    window=WINDOW,
    cells=(
        MarkdownCell(text="# What happened"),
        TimeseriesCell(title="Errors", query="avg:errors{*}"),
        ServiceGraphCell(title="Rate", service="checkout", env="prod", statistic="error_rate"),
        LogStreamCell(title="Logs", query="service:checkout"),
    ),
)
CHANGE = NotebookChange(notebook=NOTEBOOK, own_cell_ids=())
AUTHORED = {"type": "notebooks", "id": 7}


def a_notebook_body() -> Json:
    cells = [
        {"type": "markdown", "text": "# What happened"},
        {
            "type": "timeseries",
            "title": "Errors",
            "show_legend": True,
            "requests": [
                {
                    "response_format": "timeseries",
                    "display_type": "line",
                    "queries": [
                        {"data_source": "metrics", "name": "query1", "query": "avg:errors{*}"}
                    ],
                    "formulas": [{"formula": "query1"}],
                }
            ],
        },
        {
            "type": "timeseries",
            "title": "Rate",
            "show_legend": True,
            "requests": [
                {
                    "response_format": "timeseries",
                    "display_type": "line",
                    "queries": [
                        {
                            "data_source": "apm_metrics",
                            "name": "query1",
                            "service": "checkout",
                            "stat": "error_rate",
                            "query_filter": "env:prod",
                        }
                    ],
                    "formulas": [{"formula": "query1"}],
                }
            ],
        },
        {
            "type": "log_stream",
            "title": "Logs",
            "query": "service:checkout",
            "indexes": [],
            "columns": ["host", "service"],
            "show_date_column": True,
            "show_message_column": True,
            "message_display": "inline",
            "sort": {"column": "time", "order": "asc"},
        },
    ]
    attributes = {
        "name": NOTEBOOK.name,
        "cells": [
            {"type": "notebook_cells", "attributes": {"definition": definition}}
            for definition in cells
        ],
        "time": {"start": WINDOW.start, "end": WINDOW.end, "live": False},
        "status": "published",
        "metadata": {"type": "investigation", "is_template": False, "take_snapshots": False},
    }
    return {"data": {"type": "notebooks", "attributes": attributes}}


def a_created_notebook() -> Json:
    time = {"start": "2026-01-02T11:35:00Z", "end": "2026-01-02T12:05:00Z", "live": False}
    attributes = {"name": NOTEBOOK.name, "cells": [], "time": time}
    return {"data": {**AUTHORED, "attributes": attributes}}


WRITES = [
    Intent(
        "list downtimes",
        lambda client: downtimes.list_downtimes(client, limit=10, current_only=True),
        official(DowntimesApi, "list_downtimes", current_only=True, page_offset=0, page_limit=100),
    ),
    Intent(
        "create a downtime",
        lambda client: downtimes.create_downtime(client, REQUEST),
        official(
            DowntimesApi,
            "create_downtime",
            body={
                "data": {
                    "type": "downtime",
                    "attributes": {
                        "scope": "env:prod",
                        "monitor_identifier": {"monitor_id": 42},
                        "message": "muted k",
                        "display_timezone": "UTC",
                        "schedule": {"start": None, "end": WINDOW.end},
                    },
                }
            },
        ),
        DOWNTIME,
    ),
    Intent(
        "get a downtime",
        lambda client: downtimes.get_downtime(client, DOWNTIME_ID),
        official(DowntimesApi, "get_downtime", DOWNTIME_ID),
        DOWNTIME,
    ),
    Intent(
        "change a downtime",
        lambda client: downtimes.update_downtime(
            client, DOWNTIME_ID, end_at=WINDOW.end, message="longer"
        ),
        official(
            DowntimesApi,
            "update_downtime",
            DOWNTIME_ID,
            body={
                "data": {
                    "type": "downtime",
                    "id": DOWNTIME_ID,
                    "attributes": {"message": "longer", "schedule": {"end": WINDOW.end}},
                }
            },
        ),
        DOWNTIME,
    ),
    Intent(
        "cancel a downtime",
        lambda client: downtimes.cancel_downtime(client, DOWNTIME_ID),
        official(DowntimesApi, "cancel_downtime", DOWNTIME_ID),
        None,
        204,
    ),
    Intent(
        "list a monitor's downtimes",
        lambda client: downtimes.list_muted_groups(client, 42, limit=10),
        official(DowntimesApi, "list_monitor_downtimes", 42, page_offset=0, page_limit=100),
    ),
    Intent(
        "find a notebook",
        lambda client: notebooks.find_notebook(client, APP, "1a2b"),
        official(NotebooksApi, "list_notebooks", query="1a2b", include_cells=True),
    ),
    Intent(
        "create a notebook",
        lambda client: notebooks.create_notebook(client, APP, NOTEBOOK),
        official(NotebooksApi, "create_notebook", body=a_notebook_body()),
        a_created_notebook(),
    ),
    Intent(
        "change a notebook",
        lambda client: notebooks.change_notebook(client, APP, 7, CHANGE),
        in_order(
            official(NotebooksApi, "get_notebook", 7),
            official(NotebooksApi, "update_notebook", 7, body=a_notebook_body()),
        ),
        a_created_notebook(),
    ),
    Intent(
        "get a webhook",
        lambda client: webhooks.get_webhook(client, "rayne-1"),
        official(WebhooksIntegrationApi, "get_webhooks_integration", "rayne-1"),
        WEBHOOK_BODY,
    ),
    Intent(
        "create a webhook",
        lambda client: webhooks.create_webhook(client, WEBHOOK),
        official(WebhooksIntegrationApi, "create_webhooks_integration", body=WEBHOOK_BODY),
        WEBHOOK_BODY,
        201,
    ),
    Intent(
        "change a webhook",
        lambda client: webhooks.update_webhook(client, WEBHOOK),
        official(
            WebhooksIntegrationApi, "update_webhooks_integration", "rayne-1", body=WEBHOOK_BODY
        ),
        WEBHOOK_BODY,
    ),
    Intent(
        "delete a webhook",
        lambda client: webhooks.delete_webhook(client, "rayne-1"),
        official(WebhooksIntegrationApi, "delete_webhooks_integration", "rayne-1"),
        None,
    ),
    Intent(
        "delete a custom variable",
        lambda client: custom_variables.delete_custom_variable(client, "RAYNE_SECRET"),
        official(
            WebhooksIntegrationApi, "delete_webhooks_integration_custom_variable", "RAYNE_SECRET"
        ),
        None,
    ),
    Intent(
        "get a custom variable",
        lambda client: custom_variables.get_custom_variable(client, "RAYNE_SECRET"),
        official(
            WebhooksIntegrationApi, "get_webhooks_integration_custom_variable", "RAYNE_SECRET"
        ),
        VARIABLE_ANSWER,
    ),
    Intent(
        "create a custom variable",
        lambda client: custom_variables.create_custom_variable(client, VARIABLE),
        official(
            WebhooksIntegrationApi,
            "create_webhooks_integration_custom_variable",
            body=VARIABLE_BODY,
        ),
        VARIABLE_ANSWER,
        201,
    ),
    Intent(
        "change a custom variable",
        lambda client: custom_variables.update_custom_variable(client, VARIABLE),
        official(
            WebhooksIntegrationApi,
            "update_webhooks_integration_custom_variable",
            "RAYNE_SECRET",
            body=VARIABLE_BODY,
        ),
        VARIABLE_ANSWER,
    ),
    Intent(
        "declare a service",
        lambda client: service_definitions.put_service_definition(client, DEFINITION),
        official(
            ServiceDefinitionApi,
            "create_or_update_service_definitions",
            body={"schema_version": "v2.2", "dd_service": "checkout", "tags": ["team:shop"]},
        ),
    ),
]
