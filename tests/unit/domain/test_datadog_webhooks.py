"""What Datadog sends by our own template is read whole."""

import json
import re

from domain.alerts import AlertStatus, Transition
from domain.datadog_webhooks import RAYNE_PAYLOAD, DatadogWebhook
from domain.webhook_payload import read_delivery
from tests.factories import NOON

VARIABLES = {
    "ID": "8273645546372819001",
    "ALERT_ID": "42",
    "ALERT_TITLE": "[Triggered on {env:prod,service:checkout}] Error rate is high",
    "ALERT_TRANSITION": "Re-Triggered",
    "ALERT_TYPE": "error",
    "ALERT_STATUS": "errors over service:checkout was > 5.0 on average",
    "ALERT_CYCLE_KEY": "11223344",
    "AGGREG_KEY": "abcdef",
    "ALERT_SCOPE": "env:prod,service:checkout",
    "TAGS": "env:prod,monitor,service:checkout,team:shop",
    "HOSTNAME": "web-1",
    "TAGS[service]": "checkout",
    "TAGS[env]": "prod",
    "TAGS[team]": "shop",
    "ALERT_METRIC": "checkout.errors",
    "ALERT_QUERY": "avg(last_5m):avg:checkout.errors{*} by {service} > 5",
    "ALERT_PRIORITY": "P2",
    "EVENT_TYPE": "query_alert_monitor",
    "EVENT_TITLE": "[P2] [Re-Triggered] Error rate is high",
    "TEXT_ONLY_MSG": "Look at the payments.",
    "DATE": "1767355200000",
    "LAST_UPDATED": "1767355201000",
    "LINK": "https://app.datadoghq.com/event/event?id=8273645546372819001",
    "SNAPSHOT": "",
    "ORG_ID": "1234",
    "ORG_NAME": "Shop",
}


def filled(values: dict[str, str]) -> bytes:
    """The template as Datadog fills it: each variable by its text."""
    text = re.sub(r"\$([A-Z_]+(\[\w+\])?)", lambda found: values[found[1]], RAYNE_PAYLOAD)
    return text.encode()


def test_every_variable_of_the_template_is_read() -> None:
    alert = read_delivery(filled(VARIABLES), "application/json", NOON).alert

    assert alert is not None
    assert alert.model_dump(exclude={"happened_at", "message"}) == {
        "transition": Transition.RE_TRIGGERED,
        "status": AlertStatus.ALERT,
        "transition_text": "Re-Triggered",
        "event_id": "8273645546372819001",
        "org_id": "1234",
        "org_name": "Shop",
        "monitor_id": 42,
        "monitor_name": "Error rate is high",
        "monitor_type": "",
        "event_type": "query_alert_monitor",
        "alert_type": "error",
        "title": VARIABLES["ALERT_TITLE"],
        "cycle_key": "11223344",
        "aggregation_key": "abcdef",
        "scope": ("env:prod", "service:checkout"),
        "tags": ("env:prod", "monitor", "service:checkout", "team:shop"),
        "hostname": "web-1",
        "service": "checkout",
        "env": "prod",
        "team": "shop",
        "metric": "checkout.errors",
        "query": VARIABLES["ALERT_QUERY"],
        "priority": "P2",
        "link": VARIABLES["LINK"],
        "snapshot_url": "",
    }
    assert alert.happened_at == NOON
    assert "Look at the payments." in alert.message


def test_a_template_whose_variables_are_all_empty_is_still_json() -> None:
    body = filled(dict.fromkeys(VARIABLES, ""))

    assert json.loads(body)["org"] == {"id": "", "name": ""}


def test_every_variable_stands_in_quotes() -> None:
    assert not re.findall(r'(?<!")\$', RAYNE_PAYLOAD)


def test_a_webhooks_headers_are_not_shown() -> None:
    webhook = DatadogWebhook(name="rayne", url="https://r.test", custom_headers={"A": "hunter2"})

    assert "hunter2" not in repr(webhook)
    assert webhook.mention == "@webhook-rayne"
