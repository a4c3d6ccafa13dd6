"""Whatever changes something leaves one trace, by whom and from where."""

import pytest

from domain.errors import Unavailable
from domain.people import Role
from tests.factories import a_config_request
from tests.unit.api.callers import SHARED, by_token
from tests.unit.api.front import Front


def told(front: Front) -> list[tuple[str, str, str]]:
    return [(entry.who, entry.action, entry.subject) for entry in front.people.log]


async def test_a_change_is_told_with_who_where_and_in_which_request(front: Front) -> None:
    headers = await by_token(front, Role.OPERATOR) | {"X-Request-Id": "from-my-script"}
    front.people.log.clear()

    front.client.post("/v1/webhooks/reprocess", headers=headers)

    (entry,) = front.people.log
    assert (entry.who, entry.how.value) == ("operator", "token")
    assert (entry.address, entry.request_id) == ("127.0.0.1", "from-my-script")
    assert entry.action == "POST /v1/webhooks/reprocess"


def test_a_change_that_its_store_tells_of_is_told_once(front: Front) -> None:
    front.client.post("/v1/invites", json={})

    assert told(front) == [("this machine", "invite.made", "")]


def test_what_is_refused_changed_nothing_and_is_not_told(front: Front) -> None:
    front.client.delete("/v1/webhooks/config/nothing-like-this")
    front.client.post("/v1/invites", json={"role": "emperor"})

    assert front.people.log == []


def test_reading_is_not_told(front: Front) -> None:
    front.client.get("/v1/people")

    assert front.people.log == []


def test_what_failed_half_way_is_told_as_failed(front: Front) -> None:
    front.state.fails_with = Unavailable("PostgreSQL went away")

    reply = front.client.post("/v1/webhooks/reprocess")

    assert reply.status_code == 503
    (entry,) = front.people.log
    assert entry.after == {"failed": "Unavailable"}


def test_a_saved_config_is_told_with_before_and_after(front: Front) -> None:
    first = a_config_request(name="shop", tags=("team:shop",)).model_dump(mode="json")
    front.client.post("/v1/webhooks/config", json=first)
    front.client.post("/v1/webhooks/config", json=first | {"tags": ["team:cart"]})
    front.client.delete("/v1/webhooks/config/shop")

    new, replaced, gone = front.state.noted
    assert (new.action, gone.action) == ("config.saved", "config.deleted")
    assert (new.before, new.after and new.after["tags"]) == (None, ["team:shop"])
    assert replaced.before == new.after
    assert (gone.before, gone.after) == (replaced.after, None)
    assert front.people.log == []  # and is not told twice


def test_the_log_is_read_page_by_page(front: Front) -> None:
    for _ in range(3):
        front.client.post("/v1/invites", json={})

    first = front.client.get("/v1/audit?limit=2").json()
    last = front.client.get(f"/v1/audit?limit=2&before={first['next']}").json()

    assert [entry["id"] for entry in first["entries"]] == [3, 2]
    assert ([entry["id"] for entry in last["entries"]], last["next"]) == ([1], None)


def test_the_log_is_filtered(front: Front) -> None:
    front.client.post("/v1/invites", json={})
    front.client.post("/v1/webhooks/reprocess")

    found = front.client.get("/v1/audit?action=invite.made&who=this machine").json()

    assert [entry["action"] for entry in found["entries"]] == ["invite.made"]


@pytest.mark.parametrize("query", ["before=0", "limit=501", "since=yesterday", "before=1e3"])
def test_a_question_that_makes_no_sense_is_refused(front: Front, query: str) -> None:
    assert front.client.get(f"/v1/audit?{query}").status_code == 422


def test_operators_do_not_read_the_log(front: Front) -> None:
    front.expose()

    assert front.client.get("/v1/audit").status_code == 401
    assert front.client.get("/v1/audit", headers=SHARED).status_code == 200
