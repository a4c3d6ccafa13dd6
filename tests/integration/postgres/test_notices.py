"""What people were told, on both players."""

import asyncio

import pytest

from domain.alerts import AlertStatus
from domain.errors import NotFound
from domain.incidents import Occasion
from domain.notices import Notice
from tests.integration.postgres.stores import Stores, claim, deliver


async def a_notice(stores: Stores, occasion: Occasion = Occasion.OPENED) -> Notice:
    await deliver(stores)
    [dispatch] = await claim(stores)
    return Notice(incident_id=dispatch.incident_id, occasion=occasion, status=AlertStatus.WARN)


async def stored(stores: Stores, notice: Notice) -> Notice:
    return await stores.notices.get_notice(notice.incident_id, notice.occasion)


async def test_a_planned_notice_comes_back_whole(stores: Stores) -> None:
    notice = await a_notice(stores)

    await stores.notices.plan_notices([notice])

    assert await stored(stores, notice) == notice


async def test_planning_again_leaves_what_became_of_it(stores: Stores) -> None:
    notice = await a_notice(stores)
    await stores.notices.plan_notices([notice])
    await stores.notices.finish_notice(notice)

    await stores.notices.plan_notices([notice.model_copy(update={"status": AlertStatus.ALERT})])

    kept = await stored(stores, notice)
    assert kept.told_at
    assert kept.status is AlertStatus.WARN


async def test_ten_planners_at_once_make_one_notice(stores: Stores) -> None:
    notice = await a_notice(stores)

    await asyncio.gather(*(stores.notices.plan_notices([notice]) for _ in range(10)))

    assert await stores.notices.list_notices(notice.incident_id) == (notice,)


async def test_an_address_that_took_it_is_noted_once(stores: Stores) -> None:
    notice = await a_notice(stores)
    await stores.notices.plan_notices([notice])

    for address in ("a", "b", "a"):
        await stores.notices.note_taken(notice, address)

    assert (await stored(stores, notice)).told_to == ("a", "b")


async def test_what_was_given_up_says_why(stores: Stores) -> None:
    notice = await a_notice(stores)
    await stores.notices.plan_notices([notice])

    await stores.notices.finish_notice(notice, given_up="nobody\x00listens")

    kept = await stored(stores, notice)
    assert not kept.is_due
    assert kept.given_up.startswith("nobody")


async def test_what_was_told_is_not_given_up(stores: Stores) -> None:
    notice = await a_notice(stores)
    await stores.notices.plan_notices([notice])
    await stores.notices.finish_notice(notice)

    await stores.notices.finish_notice(notice, given_up="too late")

    assert (await stored(stores, notice)).given_up == ""


async def test_notices_are_listed_in_the_order_of_their_occasions(stores: Stores) -> None:
    notice = await a_notice(stores)
    for occasion in (Occasion.RESOLVED, Occasion.ANALYSED, Occasion.OPENED, Occasion.WORSENED):
        await stores.notices.plan_notices([notice.model_copy(update={"occasion": occasion})])

    listed = await stores.notices.list_notices(notice.incident_id)

    assert [each.occasion.value for each in listed] == [
        "opened",
        "worsened",
        "analysed",
        "resolved",
    ]


async def test_the_incidents_workflow_sees_what_was_told(stores: Stores) -> None:
    notice = await a_notice(stores)
    assert (await stores.incidents.glance(notice.incident_id)).told == ()

    await stores.notices.plan_notices([notice])

    assert (await stores.incidents.glance(notice.incident_id)).told == (Occasion.OPENED,)


async def test_what_was_never_planned_is_not_found(stores: Stores) -> None:
    notice = await a_notice(stores)

    with pytest.raises(NotFound):
        await stores.notices.get_notice(notice.incident_id, Occasion.RESOLVED)
    with pytest.raises(NotFound):
        await stores.notices.note_taken(notice, "a")
    with pytest.raises(NotFound):
        await stores.notices.finish_notice(notice)
