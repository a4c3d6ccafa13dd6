"""Intents that ask more than once, or less than the others: a single page."""

from datadog_api_client.v1.api.monitors_api import MonitorsApi
from datadog_api_client.v1.api.webhooks_integration_api import WebhooksIntegrationApi
from datadog_api_client.v2.api.downtimes_api import DowntimesApi
from datadog_api_client.v2.api.events_api import EventsApi

from dd_lib import custom_variables, downtimes, events, monitor_search, webhooks
from tests.contract.official.client import official
from tests.contract.parity.intents import WINDOW, Intent, in_order
from tests.contract.parity.searches import a_search
from tests.contract.parity.writes import (
    VARIABLE,
    VARIABLE_ANSWER,
    VARIABLE_BODY,
    WEBHOOK,
    WEBHOOK_BODY,
)

BY_NAME = {"page": 0, "per_page": 100, "sort": "name,asc"}

COMBINATIONS = [
    Intent(
        "find a downtime",
        lambda client: downtimes.find_downtime(client, "k"),
        official(DowntimesApi, "list_downtimes", current_only=False, page_offset=0, page_limit=100),
    ),
    Intent(
        "find what is triggered",
        lambda client: monitor_search.triggered_monitors(client, limit=9),
        in_order(
            official(MonitorsApi, "search_monitors", query="status:alert", **BY_NAME),
            official(MonitorsApi, "search_monitors", query="status:warn", **BY_NAME),
        ),
        in_any_order=True,
    ),
    Intent(
        "read a page of events",
        lambda client: events.search_event_page(client, "a", WINDOW, limit=10, cursor="c"),
        official(
            EventsApi,
            "search_events",
            body=a_search("a") | {"page": {"limit": 10, "cursor": "c"}},
        ),
    ),
    Intent(
        "register a webhook",
        lambda client: webhooks.put_webhook(client, WEBHOOK),
        official(WebhooksIntegrationApi, "create_webhooks_integration", body=WEBHOOK_BODY),
        WEBHOOK_BODY,
        201,
    ),
    Intent(
        "keep a custom variable",
        lambda client: custom_variables.put_custom_variable(client, VARIABLE),
        official(
            WebhooksIntegrationApi,
            "update_webhooks_integration_custom_variable",
            "RAYNE_SECRET",
            body=VARIABLE_BODY,
        ),
        VARIABLE_ANSWER,
    ),
]
