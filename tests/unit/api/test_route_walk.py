"""Every route of both apps, asked by everybody: each answers as it declares."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI
from fastapi.params import Depends
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.testclient import TestClient
from httpx2 import Response

from api.access import (
    ByToken,
    ForAdmins,
    ForNobody,
    ForOperators,
    ForSenders,
    ForThemselves,
    ForViewers,
)
from api.refusals import Refusals
from domain.people import Role
from tests.unit.api.agent import Agent
from tests.unit.api.callers import (
    NOBODY,
    SHARED,
    Headers,
    by_session,
    by_token,
    disabled,
    expired,
    expired_session,
    revoked,
)
from tests.unit.api.front import SECRET, Front

NAMES: dict[Depends, str] = {
    ForNobody: "nobody",
    ForSenders: "senders",
    ForViewers: "viewers",
    ForThemselves: "themselves",
    ForOperators: "operators",
    ForAdmins: "admins",
}
READS = {"nobody", "viewers", "themselves"}
CHANGES = READS | {"operators"}
ALL = CHANGES | {"admins"}
MADE_TO_FAIL = {"/v1/demo/error"}
BUILT_IN = {"/openapi.json", "/docs", "/docs/oauth2-redirect"}  # what is open source anyway


Caller = Callable[[Front], Awaitable[Headers]]


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    declared: str
    by_token: bool

    @property
    def concrete(self) -> str:
        return re.sub(r"{[^}]*}", "404", self.path)


def routes_of(app: FastAPI) -> list[RouteContext]:
    found = [
        route
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
    ]
    assert len(found) > 5, "a walk that finds no routes proves nothing"
    return found


def roles_of(route: RouteContext) -> list[str]:
    return [NAMES[one] for one in route.dependencies if one in NAMES]


def questions(app: FastAPI) -> list[Asked]:
    return [
        Asked(method, route.path or "", roles_of(route)[0], ByToken in route.dependencies)
        for route in routes_of(app)
        for method in sorted(route.methods or ())
    ]


@pytest.fixture(params=[Front, Agent])
def walked(request: pytest.FixtureRequest) -> Front:
    """Called from far away, and patient with whoever is refused all the time."""
    front: Front = request.param()
    front.expose()
    front.resources = replace(front.resources, refusals=Refusals(most=10_000))
    front.app.state.resources = front.resources
    front.client = TestClient(front.app, base_url="http://localhost", client=("127.0.0.1", 50000))
    return front


def at_home(front: Front) -> None:
    front.resources = replace(
        front.resources, access=replace(front.resources.access, is_local=True)
    )
    front.app.state.resources = front.resources


def is_refused(reply: Response) -> bool:
    if reply.status_code == 401:
        return True
    return reply.status_code == 403 and reply.json()["error"].startswith("this needs the role")


async def admitted(front: Front, caller: Caller) -> set[Asked]:
    """What is not refused. Each is asked anew, for some of them log out. Nothing may break."""
    let_in = set()
    for asked in questions(front.app):
        headers = await caller(front)
        reply = front.client.request(asked.method, asked.concrete, headers=headers)
        assert reply.status_code != 500 or asked.path in MADE_TO_FAIL, asked
        if not is_refused(reply):
            let_in.add(asked)
    return let_in


def test_every_route_says_for_whom_it_is(walked: Front) -> None:
    silent = [route.path for route in routes_of(walked.app) if len(roles_of(route)) != 1]
    every = {route.path for route in iter_route_contexts(walked.app.routes)}
    ours = {route.path for route in routes_of(walked.app)}

    assert silent == []
    assert every - ours <= BUILT_IN


def test_what_a_get_asks_for_changes_nothing(walked: Front) -> None:
    """Operators' routes write to the audit log: a GET among them would be a misplaced change."""
    misplaced = [
        asked
        for asked in questions(walked.app)
        if asked.method == "GET" and asked.declared in ("operators", "senders")
    ]

    assert misplaced == []


def showing(headers: Headers) -> Caller:
    async def show(_front: Front) -> Headers:
        return headers

    return show


def token_of(role: Role) -> Caller:
    return lambda front: by_token(front, role)


def session_of(role: Role) -> Caller:
    return lambda front: by_session(front, role)


@pytest.mark.parametrize(
    ("caller", "may"),
    [
        pytest.param(showing(NOBODY), {"nobody"}, id="nobody"),
        pytest.param(token_of(Role.VIEWER), READS, id="viewer's token"),
        pytest.param(token_of(Role.OPERATOR), CHANGES, id="operator's token"),
        pytest.param(token_of(Role.ADMIN), ALL, id="admin's token"),
        pytest.param(session_of(Role.VIEWER), READS, id="viewer"),
        pytest.param(session_of(Role.OPERATOR), CHANGES, id="operator"),
        pytest.param(session_of(Role.ADMIN), ALL, id="admin"),
        pytest.param(showing(SHARED), ALL | {"senders"}, id="shared token"),
        pytest.param(revoked, {"nobody"}, id="revoked token"),
        pytest.param(expired, {"nobody"}, id="expired token"),
        pytest.param(expired_session, {"nobody"}, id="expired access token"),
        pytest.param(disabled, {"nobody"}, id="token of somebody disabled"),
        pytest.param(showing({"Authorization": "Bearer rayne_guess"}), {"nobody"}, id="a guess"),
        pytest.param(showing({"Authorization": "Bearer a.b.c"}), {"nobody"}, id="no JWT"),
        pytest.param(
            showing({"X-Rayne-Webhook-Secret": SECRET}), {"nobody", "senders"}, id="Datadog"
        ),
    ],
)
async def test_from_afar_everybody_gets_in_where_they_may_and_nowhere_else(
    walked: Front, caller: Caller, may: set[str]
) -> None:
    let_in = await admitted(walked, caller)

    wanted = {asked for asked in questions(walked.app) if asked.declared in may}
    assert let_in == wanted


async def test_the_laptop_itself_may_do_all_but_act_on_machines(walked: Front) -> None:
    at_home(walked)

    refused = set(questions(walked.app)) - await admitted(walked, showing(NOBODY))

    # /v1/pl says first that it offers nothing here.
    wanted = {
        asked
        for asked in questions(walked.app)
        if asked.by_token and not asked.path.startswith("/v1/pl")
    }
    assert refused == wanted


async def test_a_foreign_host_name_is_nobody_on_the_laptop_too(walked: Front) -> None:
    at_home(walked)

    let_in = await admitted(walked, showing({"Host": "rebound.example"}))

    assert {asked.declared for asked in let_in} == {"nobody"}


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
async def test_another_sites_page_changes_nothing_on_the_laptop(
    walked: Front, headers: Headers
) -> None:
    at_home(walked)

    let_in = await admitted(walked, showing(headers))

    changes = {asked for asked in let_in if asked.method != "GET"}
    assert {asked.declared for asked in changes} <= {"nobody"}


@pytest.mark.parametrize("caller", [revoked, expired, expired_session, disabled])
async def test_a_bad_token_is_bad_on_the_laptop_too(walked: Front, caller: Caller) -> None:
    at_home(walked)

    let_in = await admitted(walked, caller)

    assert {asked.declared for asked in let_in} <= {"nobody", "senders"}
