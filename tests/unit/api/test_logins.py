"""Registering, logging in, refreshing, logging out; and everything that must not help a thief."""

from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from pydantic import SecretStr

from api.logins import PER_ADDRESS, PER_NAME, WINDOW
from domain.errors import Unavailable
from domain.people import ACCESS_FOR, INVITE_FOR, SESSION_FOR, Role
from tests.unit.api.callers import AUTHOR, PASSWORD, SHARED, bearer, by_token
from tests.unit.api.front import Front

SECOND = timedelta(seconds=1)
WRONG, ANOTHER = "wrong password!", "another battery staple"


def register(front: Front, name: str = "mia", **more: object) -> Response:
    return front.client.post("/register", json={"name": name, "password": PASSWORD, **more})


def log_in(front: Front, name: str = "mia", password: str = PASSWORD) -> Response:
    return front.client.post("/login", json={"name": name, "password": password})


def refresh(front: Front, token: str) -> Response:
    return front.client.post("/refresh", json={"refresh_token": token})


def me(front: Front, access: str) -> Response:
    return front.client.get("/v1/me", headers=bearer(access))


@pytest.mark.parametrize("spelling", ["name", "Name", "NAME", "username", "Username"])
def test_the_first_raynes_spellings_are_taken(front: Front, spelling: str) -> None:
    body = {spelling: "mia", "UUID": 7, "Password": PASSWORD}

    made = front.client.post("/register", json=body)
    came_in = front.client.post("/login", json=body)

    assert (made.status_code, came_in.status_code) == (201, 200)
    assert (made.json()["Name"], came_in.json()["Name"]) == ("mia", "mia")
    assert made.json()["UUID"] == made.json()["id"]


def test_a_name_alone_logs_nobody_in(front: Front) -> None:
    register(front)

    assert front.client.post("/login", json={"Name": "mia", "UUID": 1}).status_code == 422


def test_whoever_registers_is_a_viewer_whatever_they_ask_for(front: Front) -> None:
    reply = register(front, role="admin")

    assert reply.json()["role"] == "viewer"


def test_a_name_that_is_taken_is_a_conflict(front: Front) -> None:
    register(front)

    assert register(front, "MIA").status_code == 409


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("mia", "short"),
        ("mia", "aaaaaaaaaaaaaaaa"),
        ("mia", "x" * 257),
        ("maximilian.mustermann", "maximilian.mustermann1"),
        ("", PASSWORD),
        ("two words", PASSWORD),
        ("a\r\nX-Injected: 1", PASSWORD),
        ("\x00", PASSWORD),
    ],
)
def test_a_bad_name_or_password_makes_nobody(front: Front, name: str, password: str) -> None:
    reply = front.client.post("/register", json={"name": name, "password": password})

    assert reply.status_code == 422
    assert front.people.people == {}


def test_a_password_is_never_repeated(front: Front) -> None:
    reply = front.client.post("/register", json={"name": "mia", "password": {"x": "hunter2"}})

    assert reply.status_code == 422
    assert "hunter2" not in reply.text


def test_registration_is_closed_where_others_can_reach_it(front: Front) -> None:
    front.expose()

    reply = register(front)

    assert (reply.status_code, reply.json()["code"]) == (403, "Forbidden")
    assert "invite" in reply.json()["error"]


def test_an_invite_gives_its_role_and_then_no_more(front: Front) -> None:
    front.expose()
    made = front.client.post("/v1/invites", json={"role": "operator"}, headers=SHARED).json()

    first = register(front, invite=made["invite"])
    second = register(front, "tom", invite=made["invite"])

    assert (first.status_code, first.json()["role"]) == (201, "operator")
    assert second.status_code == 403


def test_an_invite_grows_old(front: Front) -> None:
    invite = front.client.post("/v1/invites", json={}).json()["invite"]
    front.people.now += INVITE_FOR
    front.expose()

    assert register(front, invite=invite).status_code == 403


def test_a_login_answers_tokens_that_work(front: Front) -> None:
    register(front)
    front.expose()

    tokens = log_in(front).json()
    found = me(front, tokens["access_token"])

    assert (found.status_code, found.json()["name"]) == (200, "mia")
    assert (tokens["role"], tokens["token_type"]) == ("viewer", "bearer")


def test_an_access_token_is_good_for_a_quarter_of_an_hour(front: Front) -> None:
    register(front)
    access = log_in(front).json()["access_token"]

    front.people.now += ACCESS_FOR - SECOND
    before = me(front, access).status_code
    front.people.now += SECOND

    assert (before, me(front, access).status_code) == (200, 401)


@pytest.mark.parametrize(("name", "password"), [("mia", "wrong password!"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(
    front: Front, name: str, password: str
) -> None:
    register(front)

    reply = log_in(front, name, password)

    assert reply.status_code == 401
    assert reply.json() == {
        "error": "the name or the password is wrong",
        "code": "Unauthenticated",
    }


async def test_somebody_disabled_is_answered_like_nobody(front: Front) -> None:
    person = register(front).json()
    await front.identity.people.change_person(person["id"], role=None, disabled=True, author=AUTHOR)

    assert log_in(front).json() == log_in(front, "nobody").json()


class CountingPasswords:
    """Counts the work that a login costs."""

    def __init__(self, *, outdated: bool = False) -> None:
        self.verified: list[str | None] = []
        self.hashed = 0
        self.outdated = outdated

    async def hash(self, password: SecretStr) -> str:
        self.hashed += 1
        return f"new hash of {password.get_secret_value()}"

    async def matches(self, password: SecretStr, hash: str | None) -> bool:
        self.verified.append(hash)
        return hash is not None

    def is_outdated(self, hash: str) -> bool:
        return self.outdated


def with_passwords(front: Front, passwords: CountingPasswords) -> None:
    identity = replace(front.identity, passwords=passwords)
    front.app.state.resources = replace(front.resources, identity=identity)


def test_an_unknown_name_costs_the_same_work(front: Front) -> None:
    passwords = CountingPasswords()
    with_passwords(front, passwords)

    log_in(front, "nobody")

    assert passwords.verified == [None]


def test_a_hash_of_old_parameters_is_renewed_at_the_login(front: Front) -> None:
    register(front)
    with_passwords(front, CountingPasswords(outdated=True))

    log_in(front)

    assert front.people.hashes[1] == f"new hash of {PASSWORD}"


def test_guessing_a_name_is_stopped_even_for_the_right_password(front: Front) -> None:
    register(front)
    for _ in range(PER_NAME):
        assert log_in(front, password=WRONG).status_code == 401

    stopped = log_in(front)

    assert (stopped.status_code, stopped.json()["code"]) == (429, "TooManyRequests")
    assert int(stopped.headers["Retry-After"]) == WINDOW.total_seconds()


def test_an_unknown_name_is_stopped_just_so(front: Front) -> None:
    for _ in range(PER_NAME):
        log_in(front, "nobody")

    assert log_in(front, "NOBODY").status_code == 429


def test_the_window_passes(front: Front) -> None:
    register(front)
    for _ in range(PER_NAME + 1):
        log_in(front, password=WRONG)
    front.people.now += WINDOW

    assert log_in(front).status_code == 200


def test_logging_in_well_is_never_stopped(front: Front) -> None:
    register(front)

    assert {log_in(front).status_code for _ in range(PER_NAME * 3)} == {200}


def test_an_address_that_tries_many_names_is_stopped(front: Front) -> None:
    statuses = [log_in(front, f"name{number}").status_code for number in range(PER_ADDRESS + 1)]

    assert statuses == [401] * PER_ADDRESS + [429]


def test_a_refresh_token_is_good_once_and_gives_the_next(front: Front) -> None:
    register(front)
    first = log_in(front).json()

    second = refresh(front, first["refresh_token"])
    third = refresh(front, second.json()["refresh_token"])

    assert (second.status_code, third.status_code) == (200, 200)
    assert me(front, third.json()["access_token"]).status_code == 200


def test_a_replayed_refresh_token_logs_the_thief_and_the_owner_out(front: Front) -> None:
    register(front)
    stolen = log_in(front).json()["refresh_token"]
    owner = refresh(front, stolen).json()

    thief = refresh(front, stolen)

    assert thief.status_code == 401
    assert refresh(front, owner["refresh_token"]).status_code == 401
    assert me(front, owner["access_token"]).status_code == 401


@pytest.mark.parametrize("token", ["", "made up", "\x00", "é"])
def test_a_made_up_refresh_token_is_refused(front: Front, token: str) -> None:
    assert refresh(front, token).status_code == 401


def test_no_refreshing_goes_beyond_the_session(front: Front) -> None:
    register(front)
    token = log_in(front).json()["refresh_token"]
    front.people.now += SESSION_FOR

    assert refresh(front, token).status_code == 401


def test_whoever_logs_out_is_out_at_once(front: Front) -> None:
    register(front)
    tokens = log_in(front).json()

    out = front.client.post("/logout", headers=bearer(tokens["access_token"]))

    assert out.status_code == 204
    assert me(front, tokens["access_token"]).status_code == 401
    assert refresh(front, tokens["refresh_token"]).status_code == 401


async def test_a_personal_token_is_not_logged_out(front: Front) -> None:
    headers = await by_token(front, Role.VIEWER)

    assert front.client.post("/logout", headers=headers).status_code == 400


def test_a_password_is_changed_by_whoever_knows_the_old_one(front: Front) -> None:
    register(front)
    tokens = log_in(front).json()
    body = {"old": PASSWORD, "new": "another battery staple"}

    reply = front.client.put("/v1/me/password", json=body, headers=bearer(tokens["access_token"]))

    assert reply.status_code == 204
    assert me(front, tokens["access_token"]).status_code == 401
    assert log_in(front).status_code == 401
    assert log_in(front, password=ANOTHER).status_code == 200


def test_a_stolen_session_changes_no_password(front: Front) -> None:
    register(front)
    headers = bearer(log_in(front).json()["access_token"])
    body = {"old": "a guess at it", "new": "another battery staple"}

    replies = [
        front.client.put("/v1/me/password", json=body, headers=headers).status_code
        for _ in range(PER_NAME + 1)
    ]

    assert replies == [401] * PER_NAME + [429]


def test_a_login_while_the_database_is_down_is_no_refusal(front: Front) -> None:
    front.people.fails_with = Unavailable("PostgreSQL cannot be reached")

    assert log_in(front).status_code == 503
