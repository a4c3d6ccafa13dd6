"""What deliveries set off: planned by config, forwarded once."""

import pytest
from temporalio.testing import ActivityEnvironment

from activities.reactions import Deliveries, Plans, ReactionActivities
from domain.deliveries import EventStatus
from domain.errors import NotFound, Unavailable
from domain.mutings import MutingRules, MutingState
from domain.reactions import Arrivals, ForwardOrder, Reactions
from tests.factories import (
    a_config_request,
    a_delivery,
    an_alert,
    an_episode,
    an_incident,
    an_incident_alert,
)
from tests.fakes.event_history import FakeEventHistory
from tests.fakes.forwarder import FakeForwarder
from tests.fakes.mutings import FakeMutings
from tests.fakes.stores import FakeStores

ENVIRONMENT = ActivityEnvironment()
URL = "https://hooks.test/rayne?token=s3cret"
ARRIVALS = Arrivals(incident_id=7, alerts=(an_incident_alert(event_id=1),))


class Desk:
    """One incident with one delivery, and the steps that react to it."""

    def __init__(self, forwarder: FakeForwarder | None = None, *, tells: bool = False) -> None:
        self.stores = FakeStores()
        self.stores.incidents.add(an_incident())
        self.forwarder = forwarder or FakeForwarder()
        self.history = FakeEventHistory(self.stores.state)
        self.mutings = FakeMutings(self.stores.state)
        self.steps = ReactionActivities(
            Deliveries(self.stores.inbox, self.history),
            self.stores.incidents,
            self.stores.configs,
            self.forwarder,
            Plans(self.mutings, MutingRules(), self.stores.notices if tells else None),
        )

    async def plan(self, *configs: dict[str, object]) -> Reactions:
        await self.stores.inbox.store(a_delivery(alert=an_alert()))
        for config in configs:
            await self.stores.configs.upsert_config(a_config_request(**config))
        return await self.plan_again()

    async def plan_again(self, arrivals: Arrivals = ARRIVALS) -> Reactions:
        return await ENVIRONMENT.run(self.steps.plan_reactions, arrivals)

    async def forward(self, order: ForwardOrder) -> None:
        await ENVIRONMENT.run(self.steps.forward_delivery, order)


async def test_without_configs_nothing_is_set_off() -> None:
    assert await Desk().plan() == Reactions()


async def test_what_was_reacted_to_is_not_handed_over_again() -> None:
    desk = Desk()

    await desk.plan()

    (event,) = desk.stores.state.events
    assert event.status is EventStatus.PROCESSED


async def test_an_address_that_two_configs_name_gets_a_delivery_once() -> None:
    reactions = await Desk().plan(
        {"name": "a", "forward_urls": (URL,)}, {"name": "b", "forward_urls": (URL,)}
    )

    assert [(order.event_id, order.host) for order in reactions.forwards] == [(1, "hooks.test")]


async def test_an_order_to_forward_holds_no_secret() -> None:
    reactions = await Desk().plan({"forward_urls": (URL,)})

    assert "s3cret" not in reactions.model_dump_json()


async def test_a_forwarded_delivery_is_marked_and_not_sent_again() -> None:
    desk = Desk()
    [order] = (await desk.plan({"forward_urls": (URL,)})).forwards

    await desk.forward(order)
    await desk.forward(order)

    assert [url for url, *_ in desk.forwarder.forwarded] == [URL]
    assert (await desk.plan_again()).forwards == ()


async def test_a_delivery_that_was_refused_is_not_marked() -> None:
    desk = Desk(FakeForwarder(fails_with=Unavailable("it is down")))
    [order] = (await desk.plan({"forward_urls": (URL,)})).forwards

    with pytest.raises(Unavailable):
        await desk.forward(order)

    assert (await desk.stores.inbox.get_event(1)).forwarded_to == ()


async def test_an_address_taken_out_meanwhile_is_not_sent_to() -> None:
    desk = Desk()
    [order] = (await desk.plan({"forward_urls": (URL,)})).forwards
    await desk.stores.configs.upsert_config(a_config_request(forward_urls=("https://new.test",)))

    with pytest.raises(NotFound, match=r"hooks\.test"):
        await desk.forward(order)

    assert desk.forwarder.forwarded == []


async def test_a_muting_is_ordered_until_it_has_begun() -> None:
    desk = Desk()
    [order] = (await desk.plan({"auto_downtime": True})).mutings
    assert (await desk.plan_again()).mutings == (order,)
    planned = await desk.mutings.get_muting(order.key)

    await desk.mutings.save_muting(planned.model_copy(update={"state": MutingState.ACTIVE}))

    assert (await desk.plan_again()).mutings == ()


@pytest.mark.parametrize(("trigger", "woken"), [("alert", True), ("recovery", False)])
async def test_a_recovery_wakes_what_mutes_until_then(trigger: str, woken: bool) -> None:
    desk = Desk()
    [order] = (await desk.plan({"auto_downtime": True})).mutings
    planned = await desk.mutings.get_muting(order.key)
    changes = {"state": MutingState.ACTIVE, "trigger": trigger}
    await desk.mutings.save_muting(planned.model_copy(update=changes))
    recovered = an_episode(recovered_at=an_alert().happened_at)
    desk.stores.incidents.add(an_incident(episodes=(recovered,)))

    # Nothing has arrived: whoever asks, the database decides.
    reactions = await desk.plan_again(Arrivals(incident_id=7, alerts=()))

    assert reactions.over == ((order.key,) if woken else ())


async def test_people_are_to_be_told_of_what_opened() -> None:
    reactions = await Desk(tells=True).plan()

    assert [order.occasion for order in reactions.notices] == ["opened"]


async def test_what_was_planned_and_not_sent_is_handed_over_again() -> None:
    desk = Desk(tells=True)
    await desk.plan()

    again = await desk.plan_again(Arrivals(incident_id=7, alerts=()))

    assert [order.occasion for order in again.notices] == ["opened"]


async def test_what_was_told_is_not_handed_over_again() -> None:
    desk = Desk(tells=True)
    await desk.plan()
    (opened,) = await desk.stores.notices.list_notices(7)
    await desk.stores.notices.finish_notice(opened)

    assert (await desk.plan_again()).notices == ()


async def test_where_nobody_wishes_to_be_told_nothing_is_planned() -> None:
    desk = Desk()

    reactions = await desk.plan()

    assert reactions.notices == ()
    assert await desk.stores.notices.list_notices(7) == ()
