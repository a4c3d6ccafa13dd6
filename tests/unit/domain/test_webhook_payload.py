"""The reader's laws: nothing is refused, ids are exact, one delivery has one key."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alerts import AlertStatus, Transition
from domain.deliveries import Delivery
from domain.webhook_payload import NOTHING_USABLE, payload_of, read_delivery
from tests.factories import NOON

JSON = "application/json"
CONTENT_TYPES = st.sampled_from(
    [JSON, "application/x-www-form-urlencoded", "text/plain; charset=latin-1", "", "\ud800;\x00"]
)
FIELD_NAMES = st.sampled_from(
    """
    id monitor_id alert_id title alert_title body tags scope date timestamp last_updated org
    alert_transition alert_status ALERT_STATE alert_type service env hostname link alert_cycle_key
    alert_priority URGENCY snapshot_url metric query
    """.split()  # noqa: SIM905  a list literal would take a line per name
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text("0123456789.e-"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


def read(body: dict[str, Any]) -> Delivery:
    return read_delivery(json.dumps(body).encode(), JSON, NOON)


def told(body: dict[str, Any]) -> dict[str, Any]:
    return payload_of(json.dumps(body).encode(), JSON)


def read_field(name: str, body: dict[str, Any]) -> object:
    alert = read({"title": "Queue is stuck"} | body).alert
    assert alert is not None
    return getattr(alert, name)


@given(raw=st.binary(), content_type=CONTENT_TYPES)
def test_any_bytes_become_a_delivery_that_keeps_them(raw: bytes, content_type: str) -> None:
    delivery = read_delivery(raw, content_type, NOON)

    assert delivery.raw == raw
    assert (delivery.alert is None) == bool(delivery.problem)


@given(body=st.dictionaries(FIELD_NAMES | st.text(), VALUES), content_type=CONTENT_TYPES)
def test_any_object_can_be_stored_as_postgres_stores_text(
    body: dict[str, Any], content_type: str
) -> None:
    delivery = read_delivery(json.dumps(body).encode(), content_type, NOON)

    stored = delivery.model_dump_json(exclude={"raw"})
    assert "\\u0000" not in stored
    assert stored.encode().decode() == stored


@given(body=st.dictionaries(FIELD_NAMES, VALUES))
def test_reading_twice_says_the_same(body: dict[str, Any]) -> None:
    assert read(body) == read(body)


@given(number=st.integers(min_value=1, max_value=2**63 - 1), quoted=st.booleans())
def test_ids_survive_exactly(number: int, quoted: bool) -> None:
    written = str(number) if quoted else number

    delivery = read({"id": written, "monitor_id": written, "org": {"id": written}})

    assert delivery.alert is not None
    assert delivery.alert.monitor_id == number
    assert delivery.alert.event_id == delivery.alert.org_id == str(number)
    assert told({"monitor_id": written})["monitor_id"] == number


@given(body=st.dictionaries(st.sampled_from(["title", "tags", "id", "scope"]), VALUES))
def test_names_that_identify_fit_into_an_index(body: dict[str, Any]) -> None:
    delivery = read(body | {"hostname": "h" * 10_000, "alert_cycle_key": "c" * 10_000})

    assert delivery.alert is not None
    assert len(delivery.key) < 500
    assert len(delivery.alert.hostname) <= 200
    assert len(delivery.alert.cycle_key) <= 200


def test_long_ids_that_differ_at_their_end_stay_apart() -> None:
    one = read({"title": "Queue is stuck", "id": "1" * 300 + "a"})
    other = read({"title": "Queue is stuck", "id": "1" * 300 + "b"})

    assert one.key != other.key


@pytest.mark.parametrize(
    "body",
    [
        {"id": "1", "title": "x", "body": "line\n" * 200_000},
        {"id": "1", "title": "[" * 1_000_000},
        {"id": "1", "title": "[P1]" * 250_000},
        {"id": "1", "title": "x", "tags": ",".join(f"key{i}:value" for i in range(80_000))},
        {"id": "1", "title": "x", "body": "https://a/monitors/" * 50_000},
    ],
    ids=["long message", "open brackets", "many brackets", "many tags", "many links"],
)
def test_a_megabyte_is_read_quickly(body: dict[str, Any]) -> None:
    raw = json.dumps(body).encode()

    started = time.process_time()
    delivery = read_delivery(raw, JSON, NOON)

    assert delivery.key == "event::1:Unknown"
    assert time.process_time() - started < 0.5  # 20 ms where nobody else computes


def test_a_body_nested_too_deeply_is_kept_with_its_problem() -> None:
    delivery = read_delivery(b'{"a":' * 100_000, JSON, NOON)

    assert delivery.problem == "the body is JSON nested too deeply to read"


def test_a_broken_body_says_where_it_broke() -> None:
    broken = b'{"id": "1",\n "monitor_id": }'

    delivery = read_delivery(broken, JSON, NOON)

    assert delivery.alert is None
    assert "line 2, column 16" in delivery.problem
    assert payload_of(broken, JSON) == {}


def test_an_empty_object_is_kept_but_alerts_nobody() -> None:
    delivery = read({})

    assert delivery.alert is None
    assert delivery.problem == NOTHING_USABLE
    assert delivery.key_expires


def test_the_event_id_makes_a_key_that_lasts() -> None:
    delivery = read({"id": "9", "org": {"id": 1}, "title": "x", "alert_transition": "Triggered"})

    assert (delivery.key, delivery.key_expires) == ("event:1:9:Triggered", False)


def test_without_an_event_id_the_cycle_and_its_time_make_a_key_that_lasts() -> None:
    delivery = read({"alert_cycle_key": "c", "last_updated": 17, "title": "x", "status": "warn"})

    assert (delivery.key, delivery.key_expires) == ("cycle::c:Warn:17", False)


def test_the_hash_of_the_body_is_a_key_that_expires() -> None:
    one, other = read({"title": "x"}), read({"title": "y"})

    assert one.key_expires
    assert one.key.startswith("body:")
    assert one.key != other.key


@pytest.mark.parametrize("given", [0, -7, "", "null", "$ALERT_ID", 2**63, "12a", 1.5, [1], None])
def test_what_is_no_monitor_id_is_none(given: object) -> None:
    assert read_field("monitor_id", {"monitor_id": given}) is None


@pytest.mark.parametrize("given", [42, "42", "42.0", 42.0, " 42 "])
def test_a_monitor_id_may_be_written_in_several_ways(given: object) -> None:
    assert read_field("monitor_id", {"monitor_id": given}) == 42


def test_a_blank_spelling_makes_way_for_the_next() -> None:
    assert read_field("monitor_id", {"monitor_id": "", "alert_id": "42"}) == 42


@pytest.mark.parametrize(
    ("given", "ahead"),
    [
        (1767355200000, timedelta()),
        (1767355200, timedelta()),
        ("1767355200", timedelta()),
        ("2026-01-02T13:00:00+01:00", timedelta()),
        ("2026-01-02T12:00:00", timedelta()),
        (1767355200000 + 3_600_000, timedelta(hours=1)),
    ],
)
def test_an_alert_happened_when_its_date_says(given: object, ahead: timedelta) -> None:
    happened_at = read_field("happened_at", {"date": given})

    assert happened_at == NOON + ahead


@pytest.mark.parametrize("given", [0, -1, "soon", 10**30, 946684799, 1767355200 + 172_800, "$DATE"])
def test_an_impossible_date_gives_way_to_the_time_of_receipt(given: object) -> None:
    assert read_field("happened_at", {"date": given}) == NOON


@pytest.mark.parametrize(
    ("given", "service"),
    [
        ({"service": "cart", "tags": "service:other"}, "cart"),
        ({"service": "TCP-Check", "tags": "service:mail"}, "mail"),
        ({"service": "$TAGS[service]", "scope": "service:mail"}, "mail"),
        ({"tags": "service:from-tags", "scope": "service:from-scope"}, "from-scope"),
        ({"service": "metric alert"}, ""),
    ],
)
def test_the_service_is_the_field_unless_it_names_a_kind_of_monitor(
    given: dict[str, Any], service: str
) -> None:
    assert read_field("service", given) == service


@pytest.mark.parametrize(
    ("given", "priority"),
    [
        ({"alert_priority": "p1"}, "P1"),
        ({"priority": 3}, "P3"),
        ({"severity": "SEV-2"}, "P2"),
        ({"priority": "normal"}, ""),
        ({"title": "[P4] [Triggered] x", "priority": "low"}, "P4"),
        ({"URGENCY": "High"}, "P2"),
        ({"alert_priority": "", "URGENCY": "P5"}, "P5"),
        ({"priority": "P6"}, ""),
    ],
)
def test_a_priority_is_p1_to_p5_or_nothing(given: dict[str, Any], priority: str) -> None:
    assert read_field("priority", given) == priority


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ({"alert_transition": "Renotify", "alert_type": "error"}, AlertStatus.ALERT),
        ({"alert_transition": "Renotify", "alert_type": "Warning"}, AlertStatus.WARN),
        ({"alert_transition": "Renotify", "alert_status": "No Data"}, AlertStatus.NO_DATA),
        ({"alert_transition": "Renotify"}, AlertStatus.ALERT),
    ],
)
def test_a_reminder_takes_its_status_from_what_else_is_said(
    words: dict[str, Any], status: AlertStatus
) -> None:
    assert read_field("status", words) is status


def test_a_sentence_as_alert_status_says_nothing_about_the_state() -> None:
    prose = {"alert_status": "avg over host:a was > 5 and has recovered"}

    assert read_field("transition", prose) is Transition.UNKNOWN


def test_the_transition_is_believed_before_status_and_title() -> None:
    words = {
        "alert_transition": "Recovered",
        "alert_status": "Alert",
        "title": "[Triggered on {host:a}] x",
    }

    assert read_field("transition", words) is Transition.RECOVERED


def test_the_payload_has_the_originals_31_fields_in_its_types() -> None:
    payload = told({"title": "x", "THRESHOLD": 5.50, "tags": "a:b, c"})

    assert len(payload) == 31
    assert payload["alert_id"] == payload["timestamp"] == payload["org_id"] == 0
    assert payload["hostname"] == ""
    assert payload["THRESHOLD"] == "5.5"
    assert payload["tags"] == ["a:b", "c"]


def test_a_payload_tells_apart_the_two_titles_that_differ_by_case() -> None:
    both = told({"alert_title": "lower", "ALERT_TITLE": "upper"})
    one = told({"alert_title": "lower"})

    assert (both["alert_title"], both["ALERT_TITLE"]) == ("lower", "upper")
    assert one["ALERT_TITLE"] == ""


def test_a_payload_never_shows_a_variable_that_was_not_filled() -> None:
    payload = told({"title": "x", "hostname": "$HOSTNAME", "service": "TAGS[service]"})

    assert (payload["hostname"], payload["service"]) == ("", "")
