"""What browsers tell is taken as they tell it, and counted for whoever it is from."""

import json
from typing import Any

import pytest
from httpx2 import Response

from domain.errors import Unavailable
from tests.unit.api.front import SHOP, TOKEN, Front
from tests.visits import ANN, BOB, SESSION

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"
VIEW = {"visitor_uuid": ANN, "session_id": SESSION, "event_type": "view", "page_url": "/a"}


def beacon(front: Front, path: str, body: object, **headers: str) -> Response:
    """As `navigator.sendBeacon` posts a text."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    said = {"Content-Type": "text/plain;charset=UTF-8", "User-Agent": FIREFOX} | headers
    return front.client.post(f"/v1/rum/{path}", content=raw, headers=said)


def begin(front: Front, **body: Any) -> dict[str, Any]:
    begun: dict[str, Any] = beacon(front, "init", body).json()
    return begun


def test_a_new_visitor_is_created(front: Front) -> None:
    reply = beacon(front, "init", {"entry_page": "/a", "referrer": None})

    begun = reply.json()
    assert reply.status_code == 201
    assert begun["is_new"] is True
    assert begun.keys() == {"visitor_uuid", "session_id", "is_new", "message"}
    (session,) = front.visits.visits.values()
    assert (session.entry_page, session.referrer, session.browser) == ("/a", None, "Firefox")


def test_a_known_visitor_is_recognized_and_goes_on(front: Front) -> None:
    first = begin(front)

    reply = beacon(front, "init", {"existing_uuid": first["visitor_uuid"]})

    assert reply.status_code == 200
    assert reply.json() | {"is_new": True, "message": first["message"]} == first


@pytest.mark.parametrize("raw", [b"", b"not json", b"[]", b'{"user_agent": 5}'])
def test_headers_do_where_the_body_says_nothing(front: Front, raw: bytes) -> None:
    reply = beacon(front, "init", raw, **{"X-Visitor-UUID": ANN, "Referer": "https://a.test/x"})

    (session,) = front.visits.visits.values()
    assert reply.json()["visitor_uuid"] == ANN
    assert (session.user_agent, session.referrer) == (FIREFOX, "https://a.test/x")


def test_the_page_itself_is_no_referrer(front: Front) -> None:
    beacon(front, "init", {"entry_page": "/a"}, Referer="https://shop.test/a")

    (session,) = front.visits.visits.values()
    assert session.referrer is None


def test_an_event_is_recorded(front: Front) -> None:
    reply = beacon(front, "track", VIEW)

    assert reply.status_code == 202
    assert reply.json() == {"status": "event recorded", "session_id": SESSION, "recorded": 1}
    assert front.visits.visitors[ANN].total_views == 1


def test_a_batch_is_recorded_whole(front: Front) -> None:
    reply = beacon(front, "track", {"events": [VIEW, VIEW | {"event_type": "page_view"}]})

    assert reply.json()["recorded"] == 2
    assert front.visits.visitors[ANN].total_views == 2


def test_a_batch_with_a_bad_event_is_refused_whole(front: Front) -> None:
    reply = beacon(front, "track", [VIEW, VIEW | {"event_type": "purchase"}])

    assert reply.status_code == 400
    assert front.visits.events == []


@pytest.mark.parametrize("missing", ["visitor_uuid", "session_id", "event_type"])
def test_an_event_without_its_keys_is_refused(front: Front, missing: str) -> None:
    reply = beacon(front, "track", {**VIEW, missing: None})

    assert reply.status_code == 400
    assert missing in reply.json()["error"]


def test_the_session_of_another_visitor_is_refused(front: Front) -> None:
    beacon(front, "track", VIEW)

    for path, body in (
        ("track", VIEW | {"visitor_uuid": BOB}),
        ("session/end", {"session_id": SESSION, "visitor_uuid": BOB}),
    ):
        assert beacon(front, path, body).status_code == 403
    assert len(front.visits.events) == 1


def test_a_session_ends(front: Front) -> None:
    beacon(front, "track", VIEW)

    reply = beacon(front, "session/end", {"session_id": SESSION, "exit_page": "/bye"})

    assert (reply.status_code, reply.json()) == (200, {"status": "session ended"})
    assert front.visits.visits[SESSION].exit_page == "/bye"


def test_the_end_of_an_unknown_session_is_no_error(front: Front) -> None:
    assert beacon(front, "session/end", {"session_id": SESSION}).status_code == 200


@pytest.mark.parametrize("path", ["init", "track", "session/end"])
def test_a_body_that_no_browser_sends_is_refused(front: Front, path: str) -> None:
    reply = beacon(front, path, b" " * (64 * 1024 + 1))

    assert (reply.status_code, reply.json()["code"]) == (413, "TooLarge")


def test_a_loud_visitor_is_stopped_and_told_for_how_long(front: Front) -> None:
    replies = [beacon(front, "track", [VIEW] * 100) for _ in range(4)]

    assert [reply.status_code for reply in replies] == [202, 202, 202, 429]
    assert replies[3].headers["Retry-After"] == "20"
    assert len(front.visits.events) == 300


def test_an_outage_is_no_fault_of_the_browser(front: Front) -> None:
    front.visits.fails_with = Unavailable("PostgreSQL cannot be reached")

    assert beacon(front, "track", VIEW).status_code == 503


def test_writing_needs_no_token_and_reading_does(front: Front) -> None:
    front.expose()

    written = beacon(front, "track", VIEW)
    read = front.client.get(f"/v1/rum/session/{SESSION}")
    told = front.client.get(
        f"/v1/rum/session/{SESSION}", headers={"Authorization": f"Bearer {TOKEN}"}
    )

    assert (written.status_code, read.status_code, told.status_code) == (202, 401, 200)


def test_a_listed_page_may_write_and_read_the_answer(front: Front) -> None:
    reply = beacon(front, "track", VIEW, Origin=SHOP)

    assert reply.status_code == 202
    assert reply.headers["Access-Control-Allow-Origin"] == SHOP
    assert reply.headers["Vary"] == "Origin"


def test_a_listed_page_may_read_a_refusal_too(front: Front) -> None:
    reply = beacon(front, "track", b"nonsense", Origin=SHOP)

    assert (reply.status_code, reply.headers["Access-Control-Allow-Origin"]) == (400, SHOP)


def test_our_own_page_needs_no_listing(front: Front) -> None:
    assert beacon(front, "track", VIEW, Origin="http://localhost").status_code == 202


@pytest.mark.parametrize("origin", ["https://evil.test", "null", f"{SHOP}.evil.test", ""])
@pytest.mark.parametrize("path", ["init", "track", "session/end"])
def test_a_page_that_is_not_listed_counts_nothing(front: Front, path: str, origin: str) -> None:
    reply = beacon(front, path, VIEW, Origin=origin)

    assert reply.status_code == 403
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert front.visits.visitors == {}


def test_a_preflight_is_answered_for_listed_pages(front: Front) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Origin": SHOP}

    reply = front.client.options("/v1/rum/track", headers=asked)
    refused = front.client.options("/v1/rum/track", headers=asked | {"Origin": "https://evil.test"})

    assert (reply.status_code, refused.status_code) == (200, 403)
    assert reply.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("path", ["rum/sessions", "rum/analytics", "webhooks/events"])
def test_nothing_else_has_cors(front: Front, path: str) -> None:
    reply = front.client.get(f"/v1/{path}", headers={"Origin": SHOP})

    assert "Access-Control-Allow-Origin" not in reply.headers


def test_the_script_is_for_pages_everywhere(front: Front) -> None:
    front.expose()

    reply = front.client.get("/v1/rum/rayne-rum.js")

    assert reply.status_code == 200
    assert reply.headers["Content-Type"].startswith("text/javascript")
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_the_sample_page_is_for_the_laptop_only(front: Front) -> None:
    here = front.client.get("/v1/rum/sample")
    front.expose()
    elsewhere = front.client.get("/v1/rum/sample")

    assert (here.status_code, elsewhere.status_code) == (200, 404)
    assert "/v1/rum/rayne-rum.js" in here.text
