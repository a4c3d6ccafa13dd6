"""Telling people: each desktop once, however often the step is run."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.notices import NoticeActivities
from domain.errors import Misconfigured, NotOffered, RayneError, TimedOut, Unavailable
from domain.incidents import Occasion
from domain.notices import Notice, NoticeOrder
from tests.factories import a_conclusion, a_frame, an_incident
from tests.fakes.notices import FakeNotices
from tests.fakes.notifier import FakeNotifier
from tests.fakes.stores import FakeStores

ENVIRONMENT = ActivityEnvironment()
OPENED = NoticeOrder(incident_id=7, occasion=Occasion.OPENED)
ANALYSED = NoticeOrder(incident_id=7, occasion=Occasion.ANALYSED)


class Forgetful(FakeNotices):
    """As where a worker is killed between showing and noting: the first note is lost."""

    async def note_taken(self, notice: Notice, address: str) -> None:
        if not self.lost:
            self.lost = True
            raise Unavailable("PostgreSQL went away")
        await super().note_taken(notice, address)

    lost = False


class Desk:
    def __init__(self, *notifiers: FakeNotifier, notices: FakeNotices | None = None) -> None:
        self.stores = FakeStores()
        self.stores.incidents.add(an_incident())
        self.notices = notices or self.stores.notices
        self.steps = NoticeActivities(
            self.notices, self.stores.incidents, self.stores.analyses, notifiers
        )

    async def send(self, order: NoticeOrder = OPENED) -> None:
        await ENVIRONMENT.run(self.steps.send_notice, order)

    async def give_up(self, reason: str) -> None:
        await ENVIRONMENT.run(self.steps.give_up_notice, OPENED, reason)

    async def notice(self) -> Notice:
        return await self.notices.get_notice(7, Occasion.OPENED)


def two() -> tuple[FakeNotifier, FakeNotifier]:
    return FakeNotifier("http://one.test"), FakeNotifier("http://other.test/?token=1")


async def test_every_desktop_is_told() -> None:
    one, other = two()
    desk = Desk(one, other)

    await desk.send()

    assert one.occasions == other.occasions == ["opened"]
    assert (await desk.notice()).told_at


async def test_a_worker_that_knows_no_desktop_has_told_nobody() -> None:
    desk = Desk()

    with pytest.raises(NotOffered):
        await desk.send()

    assert await desk.notices.list_notices(7) == ()


async def test_what_was_told_is_not_told_again() -> None:
    notifier = FakeNotifier()
    desk = Desk(notifier)

    await desk.send()
    await desk.send()

    assert notifier.asked == 1


async def test_a_second_try_leaves_out_who_has_it() -> None:
    one, other = two()
    desk = Desk(one, other)
    other.fails_with = Unavailable("it starts")
    with pytest.raises(Unavailable):
        await desk.send()
    other.fails_with = None

    await desk.send()

    assert (one.asked, other.asked) == (1, 2)
    assert other.occasions == ["opened"]


async def test_a_crash_between_showing_and_noting_shows_it_again_under_its_own_key() -> None:
    notifier = FakeNotifier()
    desk = Desk(notifier, notices=Forgetful())
    with pytest.raises(Unavailable):
        await desk.send()

    await desk.send()

    assert len(notifier.shown) == 2
    assert len({(shown.key, shown.tag) for shown in notifier.shown}) == 1


@pytest.mark.parametrize(
    ("first", "second", "raised"),
    [
        (Misconfigured("token"), TimedOut("slow"), TimedOut),
        (TimedOut("slow"), Misconfigured("token"), TimedOut),
        (Misconfigured("token"), None, Misconfigured),
    ],
)
async def test_it_is_tried_again_as_long_as_that_may_help_one_of_them(
    first: RayneError, second: RayneError | None, raised: type[RayneError]
) -> None:
    one, other = two()
    one.fails_with, other.fails_with = first, second

    with pytest.raises(raised):
        await Desk(one, other).send()


async def test_what_was_given_up_is_not_sent_any_more() -> None:
    notifier = FakeNotifier(fails_with=Misconfigured("token"))
    desk = Desk(notifier)
    with pytest.raises(Misconfigured):
        await desk.send()
    await desk.give_up("token")
    notifier.fails_with = None

    await desk.send()

    assert notifier.shown == []
    assert (await desk.notice()).given_up == "token"


async def test_an_analysis_is_told_with_its_summary() -> None:
    notifier = FakeNotifier()
    desk = Desk(notifier)
    frame = a_frame()
    await desk.stores.analyses.open_analysis(frame)
    conclusion = a_conclusion(summary="A deployment broke checkout.")
    await desk.stores.analyses.finish_analysis(frame.key, (), conclusion)

    await desk.send(ANALYSED)

    assert "A deployment broke checkout." in notifier.shown[0].message
