"""Who may bring webhooks: two secrets at once, by header or by basic auth, and no stranger."""

import base64
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import SecretStr

from api.access import SECRET_HEADER
from api.bodies import MAX_BYTES
from api.refusals import Refusals
from api.webhook_door import GOOD_FOR, WebhookDoor
from domain.errors import Unavailable
from tests.fakes.stored_secrets import FakeSecrets
from tests.unit.api.callers import AUTHOR
from tests.unit.api.front import SECRET, Front

RECEIVE = "/v1/webhooks/receive"


@pytest.fixture
def far(front: Front) -> Front:
    front.expose()
    return front


def knock(front: Front, secret: str = SECRET, body: bytes = b"{}") -> Response:
    return front.client.post(RECEIVE, content=body, headers={SECRET_HEADER: secret})


async def rotate(front: Front, secret: str) -> None:
    await front.identity.secrets.rotate_webhook_secret(SecretStr(secret), AUTHOR)


def basic(password: str, user: str = "datadog") -> dict[str, str]:
    pair = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def test_the_header_opens(far: Front) -> None:
    assert knock(far).status_code == 202


@pytest.mark.parametrize("user", ["datadog", "", "anything"])
def test_the_password_of_any_user_opens(far: Front, user: str) -> None:
    assert far.client.post(RECEIVE, content=b"{}", headers=basic(SECRET, user)).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {SECRET_HEADER: ""},
        {SECRET_HEADER: SECRET[:-1]},
        {SECRET_HEADER: SECRET + "x"},
        basic("wrong"),
        basic(""),
        {"Authorization": "Basic not base64!"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xff").decode()},
        {"Authorization": f"Bearer {SECRET}"},
    ],
)
def test_anything_else_is_a_stranger(far: Front, headers: dict[str, str]) -> None:
    reply = far.client.post(RECEIVE, content=b"{}", headers=headers)

    assert reply.status_code == 401
    assert far.state.events == []


async def test_after_a_rotation_the_new_and_the_old_one_open(far: Front) -> None:
    await rotate(far, "first")
    await rotate(far, "second")

    assert [knock(far, secret).status_code for secret in ("first", "second")] == [202, 202]


async def test_after_two_rotations_the_first_opens_no_more(far: Front) -> None:
    for secret in ("first", "second"):
        await rotate(far, secret)
    knock(far, "first")  # and is remembered
    await rotate(far, "third")
    far.people.now += GOOD_FOR

    statuses = [knock(far, secret).status_code for secret in ("first", "second", "third")]

    assert statuses == [401, 202, 202]


async def test_a_new_secret_opens_within_half_a_second(far: Front) -> None:
    knock(far, "new")
    await rotate(far, "new")
    far.people.now += timedelta(milliseconds=500)

    assert knock(far, "new").status_code == 202


async def test_a_storm_of_webhooks_asks_the_database_for_the_secret_once(far: Front) -> None:
    await rotate(far, "stored")
    secrets = far.identity.secrets
    assert isinstance(secrets, FakeSecrets)

    statuses = {knock(far, "stored").status_code for _ in range(20)}

    assert (statuses, secrets.times_asked) == ({202}, 1)


def test_where_the_database_cannot_tell_datadog_is_asked_to_come_again(far: Front) -> None:
    far.people.fails_with = Unavailable("PostgreSQL cannot be reached")

    assert knock(far, "stored perhaps").status_code == 503
    assert knock(far).status_code == 202  # that one is in the settings


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", 202),
        ("::ffff:192.0.2.7", 202),
        ("2001:db8::1", 202),
        ("198.51.100.1", 403),
        ("testclient", 403),
    ],
)
def test_webhooks_come_from_the_networks_that_were_named(
    far: Front, address: str, expected: int
) -> None:
    networks = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"))
    access = replace(far.resources.access, webhook_networks=networks)
    far.app.state.resources = replace(far.resources, access=access)
    far.client = TestClient(far.app, client=(address, 50000))

    assert knock(far).status_code == expected


def test_datadog_is_never_told_that_it_sends_too_much(far: Front) -> None:
    reply = knock(far, body=b"x" * (MAX_BYTES + 1))

    assert reply.status_code == 202
    assert len(far.state.events[0].delivery.raw) == MAX_BYTES


def test_datadog_is_never_told_that_it_sends_too_often_while_a_stranger_is(far: Front) -> None:
    far.app.state.resources = replace(far.resources, refusals=Refusals(most=3))

    strangers = [knock(far, "wrong").status_code for _ in range(5)]

    assert strangers == [401, 401, 401, 429, 429]
    assert {knock(far).status_code for _ in range(50)} == {202}


async def test_registering_gives_datadog_the_newest_secret(far: Front) -> None:
    await rotate(far, "newest")

    assert await far.resources.door.current() == SecretStr("newest")


async def test_without_a_rotation_datadog_gets_the_one_of_the_settings() -> None:
    front = Front()
    door = WebhookDoor(front.identity.secrets, (SecretStr("configured"),))

    assert await door.current() == SecretStr("configured")
