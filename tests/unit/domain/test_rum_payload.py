"""Whatever a browser sends is read as it was meant, or refused in words that repeat nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Rejected
from domain.rum import RumEventType, TrackedEvent
from domain.rum_payload import read_closing, read_opening, read_track
from tests.visits import ANN, BOB, SESSION

PAIR = {"visitor_uuid": ANN, "session_id": SESSION}
VIEW = {**PAIR, "event_type": "view"}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def event(**changes: Any) -> TrackedEvent:
    return read_track(body(VIEW | changes)).events[0]


@pytest.mark.parametrize("name", ["existing_uuid", "visitor_uuid", "EXISTING_UUID"])
def test_a_visitor_is_known_under_any_name(name: str) -> None:
    opening = read_opening(body({name: ANN.upper(), "page_url": "/a", "referrer": None}))

    assert opening
    assert (opening.known_uuid, opening.entry_page, opening.referrer) == (ANN, "/a", None)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"existing_uuid": 5}', b"\xff\xfe"])
def test_an_opening_that_cannot_be_read_is_none(raw: bytes) -> None:
    assert read_opening(raw) is None


def test_an_id_that_is_no_uuid_is_as_good_as_none() -> None:
    opening = read_opening(body({"existing_uuid": "'; DROP TABLE", "entry_page": "/a"}))

    assert opening
    assert (opening.known_uuid, opening.entry_page) == (None, "/a")


def test_a_page_view_is_a_view() -> None:
    assert event(event_type="page_view").event_type is RumEventType.VIEW


@pytest.mark.parametrize("kind", list(RumEventType))
def test_every_type_is_taken(kind: RumEventType) -> None:
    assert event(event_type=kind.value).event_type is kind


def test_nulls_and_unknown_names_are_as_if_absent() -> None:
    nulls = dict.fromkeys(("page_url", "page_title", "metadata", "duration_ms", "trace_id"))

    assert event(**nulls, timestamp="2020-01-01", page_count=7) == TrackedEvent(
        event_type=RumEventType.VIEW
    )


def test_what_is_too_long_is_cut() -> None:
    found = event(page_url="u" * 9000, page_title="t" * 9000, error_message="e" * 9000)

    assert (len(found.page_url or ""), len(found.page_title or "")) == (2048, 512)
    assert len(found.error_message or "") == 4096


def test_a_browsers_fractions_of_milliseconds_are_rounded() -> None:
    assert event(duration_ms=12.6).duration_ms == 13


def test_traces_of_the_page_are_kept_in_the_metadata() -> None:
    found = event(trace_id="123", span_id=2**63, metadata={"cart": 3})

    assert found.metadata == {
        "cart": 3,
        "frontend_trace_id": "123",
        "frontend_span_id": str(2**63),
    }


@pytest.mark.parametrize(
    "batch",
    [
        [VIEW, VIEW | {"event_type": "action"}],
        {"events": [VIEW, VIEW | {"event_type": "action"}]},
        {**PAIR, "events": [{"event_type": "view"}, {"event_type": "action"}]},
        {"Visitor_UUID": ANN, "SESSION_ID": SESSION, "Events": [VIEW, {"Event_Type": "action"}]},
    ],
)
def test_a_batch_is_a_list_or_named_events(batch: object) -> None:
    track = read_track(body(batch))

    assert (track.visitor_uuid, track.session_id) == (ANN, SESSION)
    assert [one.event_type.value for one in track.events] == ["view", "action"]


REFUSED = {
    "the body is not JSON": b"nonsense",
    "the body is not JSON ": b"[" * 100_000,
    "an event must be a JSON object": b'"text"',
    "an event must be a JSON object ": b"[1]",
    "events: must be a list": b'{"events": 5}',
    "a batch has 1 to 100 events, not 0": b"[]",
    "a batch has 1 to 100 events, not 101": body([VIEW] * 101),
    "event_type: Field required": body(PAIR),
    "visitor_uuid: must be a UUID": body(VIEW | {"visitor_uuid": "secret"}),
    "session_id: Input should be a valid string": body(VIEW | {"session_id": 5}),
    "event_type: Input should be 'view'": body(VIEW | {"event_type": "secret"}),
    "duration_ms: Input should be greater": body(VIEW | {"duration_ms": -1}),
    "duration_ms: Input should be a finite": body(VIEW | {"duration_ms": float("inf")}),
    "metadata: Input should be a valid dictionary": body(VIEW | {"metadata": "secret"}),
    "metadata: must not be larger than 4096": body(VIEW | {"metadata": {"a": "b" * 4096}}),
    "the events of a batch are of one visitor": body([VIEW, VIEW | {"visitor_uuid": BOB}]),
}


@pytest.mark.parametrize(("words", "raw"), REFUSED.items())
def test_what_cannot_be_counted_is_refused(words: str, raw: bytes) -> None:
    with pytest.raises(Rejected) as refusal:
        read_track(raw)

    assert refusal.value.status == 400
    assert str(refusal.value).startswith(words.strip())
    assert "secret" not in str(refusal.value)


def test_a_closing_needs_its_session_only() -> None:
    closing = read_closing(body({"session_id": SESSION, "visitor_uuid": None, "page_count": 3}))

    assert (closing.session_id, closing.visitor_uuid, closing.exit_page) == (SESSION, None, None)


def test_a_closing_without_a_session_is_refused() -> None:
    with pytest.raises(Rejected, match="session_id: Field required"):
        read_closing(b"{}")


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["visitor_uuid", "session_id", "event_type", "metadata", "duration_ms", "events", "page_url"]
)


@given(st.binary() | st.dictionaries(names, json_values).map(lambda given: body(VIEW | given)))
def test_nothing_else_ever_happens(raw: bytes) -> None:
    read_opening(raw)
    for reader in (read_track, read_closing):
        try:
            reader(raw)
        except Rejected:
            continue
