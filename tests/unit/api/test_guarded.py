"""What every answer carries, and what no request can do."""

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.guarded import MOST_BYTES
from domain.errors import Unavailable
from tests.unit.api.front import Front

DEEP = b"[" * 100_000 + b"]" * 100_000
DEEP_OBJECT = b'{"name":' * 50_000 + b"1" + b"}" * 50_000


@pytest.mark.parametrize("path", ["/health", "/nothing-here", "/v1/incidents/x", "/v1/me"])
def test_every_answer_is_guarded(front: Front, path: str) -> None:
    reply = front.client.get(path)

    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in reply.headers


def test_the_answer_to_a_defect_of_ours_is_guarded_and_tells_nothing(front: Front) -> None:
    front.app.state.resources = None
    client = TestClient(front.app, raise_server_exceptions=False)

    reply = client.get("/v1/incidents", headers={"X-Request-Id": "find-me"})

    assert (reply.status_code, reply.json()["code"]) == (500, "Broken")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["X-Request-Id"] == "find-me"
    assert "NoneType" not in reply.text


def test_browsers_are_told_to_come_by_https_once_they_do(front: Front) -> None:
    client = TestClient(front.app, base_url="https://rayne.example")

    assert "max-age" in client.get("/health").headers["Strict-Transport-Security"]


def test_no_other_origin_is_let_in(front: Front) -> None:
    reply = front.client.get("/v1/incidents", headers={"Origin": "https://evil.example"})

    assert not [name for name in reply.headers if name.startswith("access-control")]


@pytest.mark.parametrize("given", ["abc-1.2_3", "x" * 64])
def test_a_sane_request_id_is_answered(front: Front, given: str) -> None:
    assert (
        front.client.get("/health", headers={"X-Request-Id": given}).headers["X-Request-Id"]
        == given
    )


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\tb", "<script>", "a;b"])
def test_another_is_replaced(front: Front, given: str) -> None:
    answered = front.client.get("/health", headers={"X-Request-Id": given}).headers["X-Request-Id"]

    assert answered != given
    assert len(answered) == 32


def test_a_body_that_announces_too_much_is_not_even_read(front: Front) -> None:
    reply = front.client.post("/login", content=b"x" * (MOST_BYTES + 1))

    assert (reply.status_code, reply.json()["code"]) == (413, "TooLarge")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_a_body_that_does_not_say_how_much_it_is_is_not_read_to_its_end(front: Front) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 100 * MOST_BYTES:
            sent += 65536
            yield b"x" * 65536

    reply = front.client.post("/login", content=endless())

    assert (reply.status_code, reply.json()["code"]) == (413, "TooLarge")


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 400, "x"])
def test_a_length_that_is_none_breaks_nothing(front: Front, length: str) -> None:
    reply = front.client.post("/login", content=b"{}", headers={"Content-Length": length})

    assert reply.status_code < 500


@pytest.mark.parametrize(
    "path", ["/login", "/register", "/refresh", "/v1/webhooks/config", "/v1/tokens", "/v1/invites"]
)
@pytest.mark.parametrize(
    "body", [DEEP, DEEP_OBJECT, b"\xff\xfe", b'"\\ud800"', b"NaN", b"[]", b"7"]
)
def test_json_that_is_no_request_is_refused_and_breaks_nothing(
    front: Front, path: str, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}

    reply = front.client.post(path, content=body, headers=headers)

    assert reply.status_code in (400, 422)
    assert json.loads(reply.text)["code"]


@pytest.mark.parametrize("field", ["name", "password"])
def test_text_that_no_database_takes_is_no_defect(front: Front, field: str) -> None:
    body = {"name": "mia", "password": "correct horse battery"} | {field: "half \ud800 a pair!"}

    reply = front.client.post("/login", content=json.dumps(body))

    assert reply.status_code in (401, 422)


def test_a_header_with_line_breaks_splits_no_answer(front: Front) -> None:
    reply = front.client.get("/v1/incidents/%0d%0aSet-Cookie:%20a=b")

    assert "set-cookie" not in reply.headers


def test_an_unknown_token_in_other_letters_is_a_stranger(front: Front) -> None:
    front.expose()

    reply = front.client.get("/v1/me", headers=[(b"Authorization", "Bearer naïve".encode())])

    assert (reply.status_code, reply.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_while_the_database_is_down_is_not_called_bad(front: Front) -> None:
    front.expose()
    front.people.fails_with = Unavailable("PostgreSQL cannot be reached")

    reply = front.client.get("/v1/me", headers={"Authorization": "Bearer rayne_whatever"})

    assert reply.status_code == 503
