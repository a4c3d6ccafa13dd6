"""Trying whether people are told."""

from dataclasses import replace

from domain.errors import Unavailable
from domain.incidents import Occasion
from domain.notices import Notice
from domain.notification_ports import Notifier
from tests.factories import an_incident
from tests.fakes.notifier import FakeNotifier
from tests.unit.api.front import TOKEN, Front

PATH = "/v1/webhooks/test-notify"


def tell(front: Front, *notifiers: Notifier) -> None:
    desktops = replace(front.resources.desktops, notifiers=notifiers)
    front.resources = replace(front.resources, desktops=desktops)
    front.app.state.resources = front.resources


def test_every_desktop_is_tried_and_says_what_came_of_it(front: Front) -> None:
    one = FakeNotifier("http://one.test")
    other = FakeNotifier("http://other.test", fails_with=Unavailable("'other.test' is off"))
    tell(front, one, other)

    reply = front.client.post(PATH)

    assert (reply.status_code, reply.json()) == (
        200,
        {
            "urls": ["http://one.test", "http://other.test"],
            "results": {
                "http://one.test": "status: 200 OK",
                "http://other.test": "error: 'other.test' is off",
            },
        },
    )
    assert one.shown[0].title == "Rayne: a test"


def test_it_can_be_tried_again_and_again(front: Front) -> None:
    desktop = FakeNotifier()
    tell(front, desktop)

    for _ in range(2):
        front.client.post(PATH)

    assert [shown.key for shown in desktop.shown] == ["", ""]  # so that none is taken for a repeat


def test_where_nobody_is_told_it_says_how_somebody_would_be(front: Front) -> None:
    reply = front.client.post(PATH)

    assert reply.status_code == 501
    assert "NOTIFY_SERVER_URLS" in reply.json()["error"]


def test_a_get_sends_nothing(front: Front) -> None:
    desktop = FakeNotifier()
    tell(front, desktop)

    reply = front.client.get(PATH)

    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")
    assert desktop.asked == 0


async def test_an_incident_shows_what_people_were_told_of_it(front: Front) -> None:
    front.incidents.add(an_incident())
    opened = Notice(incident_id=7, occasion=Occasion.OPENED)
    resolved = Notice(incident_id=7, occasion=Occasion.RESOLVED)
    await front.notices.plan_notices([resolved, opened])
    await front.notices.finish_notice(opened)
    await front.notices.finish_notice(resolved, given_up="it is off")

    shown = front.client.get("/v1/incidents/7").json()["notices"]

    assert [(each["occasion"], bool(each["told_at"]), each["given_up"]) for each in shown] == [
        ("opened", True, ""),
        ("resolved", False, "it is off"),
    ]


def test_it_is_written_down_who_tried(front: Front) -> None:
    front.expose()
    tell(front, FakeNotifier())

    front.client.post(PATH, headers={"Authorization": f"Bearer {TOKEN}"})

    assert [change.action for change in front.people.log] == [f"POST {PATH}"]
