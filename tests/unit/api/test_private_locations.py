"""Actions on private locations: by POST, by name, by whoever has the token."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from api.dependencies import Access
from domain.commands import CommandResult
from domain.errors import Conflict, RayneError, TimedOut
from tests.fakes.commands import FakeCommands
from tests.unit.api.front import TOKEN, Front

RESTART = "/v1/pl/refresh/restart"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
DONE = CommandResult(exit_code=0, stdout="done\n", stderr="", truncated=False, seconds=0.5)


def offering(front: Front, *, fails_with: RayneError | None = None) -> FakeCommands:
    commands = FakeCommands({"restart": DONE}, fails_with=fails_with)
    access = Access(is_local=True, api_token=SecretStr(TOKEN))
    front.app.state.resources = replace(front.resources, commands=commands, access=access)
    return commands


def test_an_action_answers_with_what_its_command_said(front: Front) -> None:
    offering(front)

    reply = front.client.post(RESTART, headers=BEARER)

    assert reply.status_code == 200
    assert reply.json() == {
        "action": "restart",
        "exit_code": 0,
        "stdout": "done\n",
        "stderr": "",
        "truncated": False,
        "seconds": 0.5,
    }


def test_a_failed_command_is_an_answer_with_its_exit_code(front: Front) -> None:
    commands = offering(front)
    commands.results["restart"] = DONE.model_copy(update={"exit_code": 5, "stderr": "no unit"})

    reply = front.client.post(RESTART, headers=BEARER)

    assert (reply.status_code, reply.json()["exit_code"]) == (200, 5)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_even_the_laptop_itself_needs_the_token(front: Front, headers: dict[str, str]) -> None:
    commands = offering(front)

    reply = front.client.post(RESTART, headers=headers)

    assert (reply.status_code, reply.json()["code"]) == (401, "Unauthenticated")
    assert commands.asked == []


def test_without_a_token_set_nobody_may_act(front: Front) -> None:
    commands = offering(front)
    front.app.state.resources = replace(front.resources, commands=commands)

    reply = front.client.post(RESTART, headers={"Authorization": "Bearer "})

    assert reply.status_code == 401
    assert "RAYNE_API_TOKEN" in reply.json()["error"]
    assert commands.asked == []


def test_where_no_actions_are_set_the_answer_says_how_to_set_them(front: Front) -> None:
    reply = front.client.post(RESTART)

    assert (reply.status_code, reply.json()["code"]) == (501, "NotOffered")
    assert "RAYNE_PL_ACTIONS" in reply.json()["error"]


def test_a_stranger_does_not_learn_what_is_set(front: Front) -> None:
    front.expose()

    assert front.client.post(RESTART).status_code == 401


def test_a_get_does_nothing_and_says_what_would(front: Front) -> None:
    commands = offering(front)

    reply = front.client.get(RESTART, headers=BEARER)

    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")
    assert "POST" in reply.json()["error"]
    assert commands.asked == []


@pytest.mark.parametrize(
    ("error", "status"), [(Conflict("it runs already"), 409), (TimedOut("killed"), 504)]
)
def test_an_action_that_could_not_end_says_why(
    front: Front, error: RayneError, status: int
) -> None:
    offering(front, fails_with=error)

    reply = front.client.post(RESTART, headers=BEARER)

    assert (reply.status_code, reply.json()["error"]) == (status, str(error))


def test_an_action_that_is_not_listed_is_not_found(front: Front) -> None:
    offering(front)

    assert front.client.post("/v1/pl/refresh/remove", headers=BEARER).status_code == 404
