"""People and their tokens, for admins and for themselves; and what the audit log tells of it."""

from datetime import timedelta

import pytest

from domain.people import Role
from tests.unit.api.callers import SHARED, bearer, by_session, by_token
from tests.unit.api.front import Front


@pytest.fixture
def far(front: Front) -> Front:
    front.expose()
    return front


async def a_token(front: Front, role: str, headers: dict[str, str]) -> dict[str, object]:
    reply = front.client.post("/v1/tokens", json={"name": "ci", "role": role}, headers=headers)
    made: dict[str, object] = reply.json()
    return made


async def test_a_token_is_shown_once_and_kept_as_a_digest(far: Front) -> None:
    headers = await by_session(far, Role.OPERATOR)

    made = await a_token(far, "operator", headers)

    assert str(made["token"]).startswith("rayne_")
    listed = far.client.get("/v1/tokens", headers=headers)
    assert str(made["token"]) not in listed.text
    assert str(made["token"]) not in str(far.people)
    assert listed.json()["tokens"][0]["id"] == made["id"]


async def test_a_token_acts_for_its_owner_up_to_its_role(far: Front) -> None:
    made = await a_token(far, "viewer", await by_session(far, Role.OPERATOR))

    headers = bearer(str(made["token"]))

    assert far.client.get("/v1/me", headers=headers).json() == {
        "id": 1,
        "name": "operator",
        "role": "viewer",
        "how": "token",
    }
    assert far.client.post("/v1/webhooks/reprocess", headers=headers).status_code == 403


async def test_nobody_makes_a_token_that_may_more_than_they(far: Front) -> None:
    headers = await by_session(far, Role.OPERATOR)

    reply = far.client.post("/v1/tokens", json={"name": "x", "role": "admin"}, headers=headers)

    assert reply.status_code == 403


async def test_a_token_shrinks_with_its_owner(far: Front) -> None:
    made = await a_token(far, "operator", await by_session(far, Role.OPERATOR))

    far.client.patch("/v1/people/1", json={"role": "viewer"}, headers=SHARED)

    headers = bearer(str(made["token"]))
    assert far.client.post("/v1/webhooks/reprocess", headers=headers).status_code == 403


async def test_a_token_makes_no_other_token(far: Front) -> None:
    headers = await by_token(far, Role.ADMIN)

    assert far.client.post("/v1/tokens", json={"name": "x"}, headers=headers).status_code == 400


async def test_a_token_ends_with_its_days(far: Front) -> None:
    made = await a_token(far, "viewer", await by_session(far, Role.VIEWER))
    far.people.now += timedelta(days=90)

    assert far.client.get("/v1/me", headers=bearer(str(made["token"]))).status_code == 401


async def test_only_ones_own_tokens_are_revoked(far: Front) -> None:
    made = await a_token(far, "viewer", await by_session(far, Role.VIEWER, name="mia"))
    tom = await by_session(far, Role.OPERATOR, name="tom")

    by_tom = far.client.delete(f"/v1/tokens/{made['id']}", headers=tom)
    by_admin = far.client.delete(f"/v1/tokens/{made['id']}", headers=SHARED)

    assert (by_tom.status_code, by_admin.status_code) == (404, 204)
    assert far.client.get("/v1/me", headers=bearer(str(made["token"]))).status_code == 401


async def test_whoever_is_disabled_is_out_with_the_next_request(far: Front) -> None:
    headers = await by_session(far, Role.OPERATOR)
    assert far.client.get("/v1/me", headers=headers).status_code == 200

    far.client.patch("/v1/people/1", json={"disabled": True}, headers=SHARED)

    assert far.client.get("/v1/me", headers=headers).status_code == 401


async def test_the_last_admin_cannot_be_demoted(far: Front) -> None:
    headers = await by_session(far, Role.ADMIN)

    reply = far.client.patch("/v1/people/1", json={"role": "viewer"}, headers=headers)

    assert reply.status_code == 409


async def test_a_misspelt_change_is_refused(far: Front) -> None:
    await by_session(far, Role.VIEWER)

    reply = far.client.patch("/v1/people/1", json={"disable": True}, headers=SHARED)

    assert reply.status_code == 422


async def test_a_list_of_people_tells_no_hashes(far: Front) -> None:
    await by_session(far, Role.VIEWER)

    reply = far.client.get("/v1/people", headers=SHARED)

    assert [person["name"] for person in reply.json()["people"]] == ["viewer"]
    assert "hash" not in reply.text


@pytest.mark.parametrize("person_id", ["404", str(2**80), "-1"])
def test_an_unknown_person_is_not_found(far: Front, person_id: str) -> None:
    assert far.client.get(f"/v1/people/{person_id}", headers=SHARED).status_code == 404
