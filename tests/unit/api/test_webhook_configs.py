"""Configs over HTTP: stated, replaced, listed, deleted; and what is wrong with a bad one."""

from typing import Any

import pytest

from tests.unit.api.front import SECRET, TOKEN, Front

CONFIG = "/v1/webhooks/config"
STATED = {"name": "checkout", "url": "https://rayne.test/v1/webhooks/receive"}


def test_a_new_config_is_answered_201_with_its_id(front: Front) -> None:
    reply = front.client.post(CONFIG, json=STATED | {"tags": ["team:shop"]})

    assert reply.status_code == 201
    assert (reply.json()["id"], reply.json()["tags"]) == (1, ["team:shop"])


def test_a_config_without_a_word_about_it_is_active(front: Front) -> None:
    front.client.post(CONFIG, json=STATED)

    [config] = front.client.get(CONFIG).json()
    assert config["active"] is True


def test_a_second_config_of_a_name_replaces_the_first(front: Front) -> None:
    first = front.client.post(CONFIG, json=STATED | {"auto_downtime": True})

    reply = front.client.post(CONFIG, json=STATED)

    assert (reply.status_code, reply.json()["id"]) == (200, first.json()["id"])
    assert [config["auto_downtime"] for config in front.client.get(CONFIG).json()] == [False]


def test_no_config_is_an_empty_list(front: Front) -> None:
    assert front.client.get(CONFIG).json() == []


def test_the_inactive_ones_are_listed_on_request(front: Front) -> None:
    front.client.post(CONFIG, json=STATED | {"active": False})

    assert front.client.get(CONFIG).json() == []
    assert len(front.client.get(f"{CONFIG}?all=true").json()) == 1


def test_a_config_is_found_and_deleted_by_name(front: Front) -> None:
    name = "team a/b"
    front.client.post(CONFIG, json=STATED | {"name": name})

    found = front.client.get(f"{CONFIG}/team%20a%2Fb")
    deleted = front.client.delete(f"{CONFIG}/team%20a%2Fb")

    assert (found.status_code, found.json()["name"]) == (200, name)
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert front.client.get(f"{CONFIG}/team%20a%2Fb").status_code == 404


def test_an_unknown_config_is_404(front: Front) -> None:
    assert front.client.get(f"{CONFIG}/nobody").json()["code"] == "NotFound"
    assert front.client.delete(f"{CONFIG}/nobody").status_code == 404


def test_what_was_read_can_be_sent_back(front: Front) -> None:
    config = front.client.post(CONFIG, json=STATED).json()

    reply = front.client.post(CONFIG, json=config)

    assert (reply.status_code, reply.json()) == (200, config)


def test_names_in_any_case_nulls_and_a_duration_of_none_are_read_as_ever(front: Front) -> None:
    body = {
        "Name": "checkout",
        "URL": STATED["url"],
        "forward_urls": None,
        "downtime_duration_minutes": 0,
    }

    config = front.client.post(CONFIG, json=body).json()

    assert config["forward_urls"] == []
    assert config["downtime_duration_minutes"] == 120


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": ""}, ["name"]),
        ({"name": None, "url": None}, ["name", "url"]),
        ({"forward_urls": ["https://a.test", "nowhere"]}, ["forward_urls.1"]),
        ({"monitor_id": 42}, ["monitor_id"]),
        ({"monitor_ids": ["all"], "scope": "env:prod"}, ["monitor_ids.0", "scope"]),
        ({"transitions": ["Exploded"]}, ["transitions.0"]),
        ({"active": "perhaps"}, ["active"]),
    ],
)
def test_a_bad_config_is_422_and_names_each_bad_field(
    front: Front, changes: dict[str, Any], named: list[str]
) -> None:
    reply = front.client.post(CONFIG, json=STATED | changes)

    problems = reply.json()["error"].split("; ")
    assert reply.status_code == 422
    assert sorted(problem.partition(":")[0] for problem in problems) == named
    assert front.client.get(CONFIG).json() == []


def test_a_refused_address_is_not_told_again(front: Front) -> None:
    reply = front.client.post(CONFIG, json=STATED | {"url": "nowhere?token=hunter2"})

    assert "hunter2" not in reply.text


@pytest.mark.parametrize("body", [[], "text", 7])
def test_what_is_no_object_is_422(front: Front, body: object) -> None:
    assert front.client.post(CONFIG, json=body).status_code == 422


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_configs_are_for_callers_with_the_token(front: Front, method: str) -> None:
    front.expose()
    path = CONFIG if method != "DELETE" else f"{CONFIG}/checkout"

    stranger = front.client.request(method, path, headers={"X-Rayne-Webhook-Secret": SECRET})
    caller = front.client.request(method, path, headers={"Authorization": f"Bearer {TOKEN}"})

    assert stranger.status_code == 401
    assert caller.status_code != 401
