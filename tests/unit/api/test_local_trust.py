"""On a laptop the laptop is trusted; pages that its browser happens to show are not."""

import pytest

from tests.unit.api.front import TOKEN, Front

RECEIVE = "/v1/webhooks/receive"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
    ],
)
def test_a_write_that_another_page_makes_a_browser_send_is_refused(
    front: Front, headers: dict[str, str]
) -> None:
    reply = front.client.post(RECEIVE, content=b"{}", headers=headers)

    assert reply.status_code == 401
    assert front.state.events == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
    ],
)
def test_a_write_of_this_machine_or_of_its_own_page_is_taken(
    front: Front, headers: dict[str, str]
) -> None:
    reply = front.client.post(RECEIVE, content=b"{}", headers=headers)

    assert reply.status_code == 202


def test_a_link_from_another_page_may_be_followed(front: Front) -> None:
    reply = front.client.get("/v1/incidents", headers={"Sec-Fetch-Site": "cross-site"})

    assert reply.status_code == 200


def test_a_page_that_has_the_token_may_write(front: Front) -> None:
    front.expose()

    reply = front.client.post(
        RECEIVE,
        content=b"{}",
        headers={"Sec-Fetch-Site": "cross-site", "Authorization": f"Bearer {TOKEN}"},
    )

    assert reply.status_code == 202
