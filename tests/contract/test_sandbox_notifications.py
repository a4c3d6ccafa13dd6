"""What the sandbox sends to webhooks when its monitors change, and when it does not."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from domain.datadog_webhooks import RAYNE_PAYLOAD
from tests.servers.sandbox import SetClock, a_downtime_body, a_sandbox, asking, at_work
from tests.servers.webhook_receiver import WebhookReceiver

CONFIGURATION = "/api/v1/integration/webhooks/configuration"
CHECKOUT = 14205511  # the monitor of bad-deploy
DATABASE_HOST = 16077012  # of saturated-host, which alerts by host
UNMENTIONED = 17730950  # a monitor that no scenario's webhook is about


@dataclass
class Place:
    """A sandbox at work and a receiver that its webhook "rayne" calls."""

    sandbox: httpx.AsyncClient
    receiver: WebhookReceiver
    clock: SetClock

    async def register(self, **changes: Any) -> None:
        webhook = {"name": "rayne", "url": f"{self.receiver.url}/hook", "payload": RAYNE_PAYLOAD}
        made = await self.sandbox.post(f"{CONFIGURATION}/webhooks", json=webhook | changes)
        assert made.status_code == 201, made.text

    async def add_variable(self, name: str, value: str, *, is_secret: bool) -> None:
        variable = {"name": name, "value": value, "is_secret": is_secret}
        made = await self.sandbox.post(f"{CONFIGURATION}/custom-variables", json=variable)
        assert made.status_code == 201, made.text

    async def set_state(self, state: str, monitor_id: int = CHECKOUT, **more: str) -> bool:
        answer = await self.sandbox.post(
            f"/sandbox/monitors/{monitor_id}/state", json={"state": state, **more}
        )
        assert answer.status_code == 200, answer.text
        changed: bool = answer.json()["changed"]
        return changed

    async def stall_with(self, state: str) -> None:
        """Its webhook is under way, and gets no answer."""
        self.receiver.stalls = True
        await self.set_state(state)
        async with asyncio.timeout(10):
            while not self.receiver.received:  # noqa: ASYNC110  another task's list
                await asyncio.sleep(0.01)

    async def mute(self, monitor_id: int, scope: str, **more: Any) -> None:
        body = a_downtime_body(scope=scope, monitor_identifier={"monitor_id": monitor_id}, **more)
        assert (await self.sandbox.post("/api/v2/downtime", json=body)).status_code == 200

    async def deliveries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.sandbox.get("/sandbox/deliveries")).json()[
            "deliveries"
        ]
        return found

    async def settled(self, count: int) -> list[dict[str, Any]]:
        """All deliveries, once there are that many and none is under way."""
        async with asyncio.timeout(10):
            while True:
                found = await self.deliveries()
                if len(found) >= count and all(one["state"] != "pending" for one in found):
                    return found
                await asyncio.sleep(0.01)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.receiver.received]


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    clock = SetClock()
    receiver = WebhookReceiver()
    async with receiver.running(), at_work(a_sandbox(clock=clock)) as sandbox:
        yield Place(sandbox, receiver, clock)


class TestWhatIsSent:
    async def test_loaded_scenario_calls_the_webhook_that_its_monitor_mentions(
        self, place: Place
    ) -> None:
        await place.register()

        loaded = await place.sandbox.post(
            "/sandbox/scenarios/bad-deploy/load", json={"fresh_ids": True}
        )

        [delivery] = await place.settled(1)
        assert place.bodies() == [loaded.json()["webhook"]]
        assert (delivery["webhook"], delivery["state"]) == ("rayne", "delivered")
        assert delivery["event_id"] == loaded.json()["webhook"]["id"]

    async def test_alert_and_recovery_belong_to_one_cycle(self, place: Place) -> None:
        await place.register()

        await place.set_state("Alert")
        place.clock.pass_time(timedelta(minutes=3))
        await place.set_state("OK")

        await place.settled(2)
        by_change = {body["alert_transition"]: body for body in place.bodies()}
        alert, recovery = by_change["Triggered"], by_change["Recovered"]
        assert alert["alert_cycle_key"] == recovery["alert_cycle_key"]
        assert alert["id"] != recovery["id"]
        assert int(recovery["date"]) - int(alert["date"]) == 180_000
        assert recovery["alert_title"].startswith("[Recovered on ")

    async def test_second_alert_is_another_cycle(self, place: Place) -> None:
        await place.register()

        for state in ("Alert", "OK", "Alert"):
            await place.set_state(state)
            place.clock.pass_time(timedelta(minutes=3))

        await place.settled(3)
        assert len({body["alert_cycle_key"] for body in place.bodies()}) == 2

    @pytest.mark.parametrize(
        ("state", "transition", "kind"),
        [("Warn", "Warn", "warning"), ("No Data", "No Data", "error")],
    )
    async def test_other_states_say_so(
        self, place: Place, state: str, transition: str, kind: str
    ) -> None:
        await place.register()

        await place.set_state(state)

        await place.settled(1)
        [body] = place.bodies()
        assert (body["alert_transition"], body["alert_type"]) == (transition, kind)
        assert body["title"].startswith(f"[P1] [{transition} on ")
        monitor = (await place.sandbox.get(f"/api/v1/monitor/{CHECKOUT}")).json()
        assert monitor["overall_state"] == state

    async def test_worse_state_stays_in_the_cycle(self, place: Place) -> None:
        await place.register()

        await place.set_state("Warn")
        await place.set_state("Alert")

        await place.settled(2)
        assert len({body["alert_cycle_key"] for body in place.bodies()}) == 1

    async def test_group_takes_the_place_of_the_scenarios(self, place: Place) -> None:
        await place.register()

        await place.set_state("Alert", DATABASE_HOST, group="host:orders-db-9,role:orders-db")

        await place.settled(1)
        [body] = place.bodies()
        assert body["scope"] == "host:orders-db-9,role:orders-db"
        assert body["hostname"] == "orders-db-9"
        assert "host:orders-db-9" in body["tags"].split(",")
        assert "orders-db-2" not in body["tags"]

    async def test_secret_variables_are_sent_but_not_shown(self, place: Place) -> None:
        await place.add_variable("TOKEN", "s3cret", is_secret=True)
        await place.add_variable("PLACE", "hook-7", is_secret=False)
        await place.register(
            url=f"{place.receiver.url}/$PLACE/$TOKEN",
            payload='{"id": "$ID", "token": "$TOKEN"}',
            custom_headers='{"X-Token": "$TOKEN", "X-Team": "$TAGS[team]"}',
        )

        await place.set_state("Alert")

        [delivery] = await place.settled(1)
        [received] = place.receiver.received
        assert received.path == "/hook-7/s3cret"
        assert json.loads(received.body)["token"] == "s3cret"
        assert (received.headers["x-token"], received.headers["x-team"]) == ("s3cret", "shop")
        assert "s3cret" not in json.dumps(delivery)
        assert delivery["url"].endswith("/hook-7/********")

    async def test_form_has_a_field_for_each_key(self, place: Place) -> None:
        payload = '{"id": "$ID", "text": "a&b $HOSTNAME", "org": {"id": "$ORG_ID"}}'
        await place.register(encode_as="form", payload=payload)

        await place.set_state("Alert")

        await place.settled(1)
        [received] = place.receiver.received
        fields = dict(parse_qsl(received.body.decode()))
        assert received.headers["content-type"] == "application/x-www-form-urlencoded"
        assert fields["text"] == "a&b checkout-7d9f-a"
        assert json.loads(fields["org"]) == {"id": "481516"}

    async def test_default_payload_names_no_monitor(self, place: Place) -> None:
        await place.register(payload=None)

        await place.set_state("Alert")

        await place.settled(1)
        [body] = place.bodies()
        assert set(body) == {"id", "last_updated", "event_type", "title", "date", "org", "body"}

    async def test_alert_ends_by_itself_when_its_time_has_come(self, place: Place) -> None:
        await place.register()
        await place.sandbox.post(
            "/sandbox/scenarios/bad-deploy/load", json={"recovers_after_seconds": 60}
        )

        place.clock.pass_time(timedelta(minutes=1))

        deliveries = await place.settled(2)
        assert [one["transition"] for one in deliveries] == ["Triggered", "Recovered"]


class TestWhatIsNotSent:
    async def test_webhook_that_nobody_mentions_stays_silent(self, place: Place) -> None:
        await place.register(name="other")

        await place.set_state("Alert")

        assert await place.deliveries() == []

    async def test_same_state_again_is_no_news(self, place: Place) -> None:
        await place.register()
        await place.set_state("Alert")

        assert not await place.set_state("Alert")

        assert len(await place.settled(1)) == 1

    async def test_recovery_of_what_never_alerted_is_no_news(self, place: Place) -> None:
        await place.register()

        assert not await place.set_state("OK")

        assert await place.deliveries() == []

    async def test_alert_of_long_ago_is_no_news(self, place: Place) -> None:
        await place.register()
        hour_ago = (place.clock() - timedelta(hours=1)).isoformat()

        await place.sandbox.post("/sandbox/scenarios/bad-deploy/load", json={"at": hour_ago})

        assert await place.deliveries() == []

    async def test_monitor_without_a_scenario_has_no_state(self, place: Place) -> None:
        answer = await place.sandbox.post(
            f"/sandbox/monitors/{UNMENTIONED}/state", json={"state": "Alert"}
        )

        assert answer.status_code == 404

    async def test_group_that_is_no_tag_is_refused(self, place: Place) -> None:
        answer = await place.sandbox.post(
            f"/sandbox/monitors/{CHECKOUT}/state", json={"state": "Alert", "group": "orders-db-9"}
        )

        assert answer.status_code == 422


class TestMuting:
    async def test_muted_monitor_tells_neither_alert_nor_recovery(self, place: Place) -> None:
        await place.register()
        await place.mute(CHECKOUT, "env:prod")

        await place.set_state("Alert")
        await place.set_state("OK")

        assert await place.deliveries() == []

    async def test_downtime_of_another_scope_mutes_nothing(self, place: Place) -> None:
        await place.register()
        await place.mute(DATABASE_HOST, "host:orders-db-9")

        await place.set_state("Alert", DATABASE_HOST)

        assert len(await place.settled(1)) == 1

    async def test_first_recovery_is_told_in_a_downtime_that_came_later(self, place: Place) -> None:
        await place.register()
        await place.set_state("Alert")
        await place.mute(CHECKOUT, "env:prod")

        for state in ("OK", "Alert", "OK"):
            place.clock.pass_time(timedelta(minutes=1))
            await place.set_state(state)

        deliveries = await place.settled(2)
        assert [one["transition"] for one in deliveries] == ["Triggered", "Recovered"]

    async def test_first_recovery_can_be_muted_too(self, place: Place) -> None:
        await place.register()
        await place.set_state("Alert")
        await place.mute(CHECKOUT, "env:prod", mute_first_recovery_notification=True)

        await place.set_state("OK")

        assert [one["transition"] for one in await place.settled(1)] == ["Triggered"]

    async def test_monitor_speaks_again_after_a_cancelled_downtime(self, place: Place) -> None:
        await place.register()
        await place.mute(CHECKOUT, "env:prod")
        [downtime] = (await place.sandbox.get("/api/v2/downtime")).json()["data"]
        await place.set_state("Alert")
        await place.set_state("OK")

        await place.sandbox.delete(f"/api/v2/downtime/{downtime['id']}")
        await place.set_state("Alert")

        assert len(await place.settled(1)) == 1


class TestRetries:
    async def test_failed_delivery_is_sent_again_as_it_was(self, place: Place) -> None:
        await place.register()
        place.receiver.statuses = [503, 500]

        await place.set_state("Alert")

        [delivery] = await place.settled(1)
        assert [attempt["status"] for attempt in delivery["attempts"]] == [503, 500, 202]
        assert delivery["state"] == "delivered"
        assert len({received.body for received in place.receiver.received}) == 1
        assert len(place.receiver.received) == 3

    async def test_refused_delivery_is_not_sent_again(self, place: Place) -> None:
        await place.register()
        place.receiver.statuses = [400]

        await place.set_state("Alert")

        [delivery] = await place.settled(1)
        assert delivery["state"] == "refused"
        assert len(place.receiver.received) == 1

    async def test_it_gives_up_after_five_retries(self, place: Place) -> None:
        await place.register(url="http://127.0.0.1:1/nobody")

        await place.set_state("Alert")

        [delivery] = await place.settled(1)
        assert delivery["state"] == "failed"
        assert [attempt["problem"] for attempt in delivery["attempts"]] == ["ConnectError"] * 6

    async def test_slow_webhook_holds_up_no_other(self, place: Place) -> None:
        await place.register(payload="{}")
        await place.stall_with("Alert")

        async with WebhookReceiver().running() as quick:
            answer = await place.sandbox.put(
                f"{CONFIGURATION}/webhooks/rayne", json={"url": quick.url}
            )
            assert answer.status_code == 200
            await place.set_state("OK")
            async with asyncio.timeout(10):
                while not quick.received:  # noqa: ASYNC110  another task's list
                    await asyncio.sleep(0.01)

        assert [one["state"] for one in await place.deliveries()][:1] == ["pending"]
        place.receiver.stalls = False

    async def test_deleted_webhook_is_given_up_at_once(self, place: Place) -> None:
        await place.register(url="http://127.0.0.1:1/nobody", payload="{}")
        place.receiver.statuses = []
        await place.set_state("Alert")

        await place.sandbox.delete(f"{CONFIGURATION}/webhooks/rayne")

        [delivery] = await place.settled(1)
        assert delivery["attempts"][-1]["problem"] == "the webhook does not exist any more"

    async def test_payload_that_is_no_json_cannot_go_as_a_form(self, place: Place) -> None:
        await place.register(payload='{"id": $SNAPSHOT}', encode_as="form")

        await place.set_state("Alert")

        [delivery] = await place.settled(1)
        assert delivery["state"] == "failed"
        assert len(delivery["attempts"]) == 1


async def test_what_is_pending_is_sent_after_a_restart_and_told_once(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with WebhookReceiver().running() as receiver:
        async with asking(a_sandbox(state=state)) as idle:  # sends nothing: it is not at work
            before = Place(idle, receiver, SetClock())
            await before.register()
            await before.set_state("Alert")
            assert [one["state"] for one in await before.deliveries()] == ["pending"]

        async with at_work(a_sandbox(state=state)) as sandbox:
            after = Place(sandbox, receiver, SetClock())
            [delivery] = await after.settled(1)

    assert delivery["state"] == "delivered"
    assert len(receiver.received) == 1


async def test_sandbox_ends_at_once_in_the_middle_of_a_delivery() -> None:
    app = a_sandbox()
    async with WebhookReceiver().running() as receiver:
        async with asyncio.timeout(10), at_work(app) as sandbox:
            place = Place(sandbox, receiver, SetClock())
            await place.register()
            await place.stall_with("Alert")
            await place.set_state("OK")  # hurries, and then it ends
        receiver.stalls = False

    async with asking(app) as ended:
        states = [one["state"] for one in await Place(ended, receiver, SetClock()).deliveries()]
    assert states == ["pending", "pending"]


async def test_alert_set_before_a_restart_recovers_after_it(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with WebhookReceiver().running() as receiver:
        async with at_work(a_sandbox(state=state)) as sandbox:
            before = Place(sandbox, receiver, SetClock())
            await before.register()
            await before.set_state("Alert")
            await before.settled(1)

        async with at_work(a_sandbox(state=state)) as sandbox:
            after = Place(sandbox, receiver, SetClock())
            await after.set_state("OK")
            deliveries = await after.settled(2)

    alert, recovery = (json.loads(one["body"]) for one in deliveries)
    assert recovery["alert_transition"] == "Recovered"
    assert recovery["alert_cycle_key"] == alert["alert_cycle_key"]
