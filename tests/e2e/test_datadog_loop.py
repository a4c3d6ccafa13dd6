"""The whole circle on one machine: a monitor calls its webhook, Rayne writes back to Datadog."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.conformance.oracle import Oracle
from tests.e2e.asked import violations
from tests.e2e.parts import PATIENCE, Parts, running_parts
from tests.e2e.stack import until

CHECKOUT = 14205511  # the monitor of bad-deploy, whose message mentions @webhook-rayne
SCOPE = "env:prod AND service:checkout"
SECRET = {"RAYNE_WEBHOOK_SECRET": "a-long-and-secret-word", "RAYNE_DOWNTIME_GRACE": "1s"}
AFAR = {"Host": "rayne.example.com"}  # a name that is not this machine's: Rayne wants its secret
WEBHOOKS = "/api/v1/integration/webhooks/configuration/webhooks"


async def register(parts: Parts) -> httpx.Response:
    """Rayne teaches Datadog to call it."""
    address = f"{parts.api.base_url}/v1/webhooks/receive"
    return await parts.api.post("/v1/webhooks/create", json={"name": "rayne", "url": address})


async def come_from_afar(parts: Parts) -> None:
    """Somebody edits the webhook in Datadog by hand: a header comes, Rayne's secret goes."""
    answer = await parts.sandbox.put(
        f"{WEBHOOKS}/rayne",
        json={"custom_headers": json.dumps(AFAR)},
        headers={"DD-API-KEY": "key", "DD-APPLICATION-KEY": "key"},
    )
    answer.raise_for_status()


async def ask_for_downtimes(parts: Parts) -> None:
    config = {
        "name": "checkout",
        "url": f"{parts.api.base_url}/v1/webhooks/receive",
        "auto_downtime": True,
        "monitor_ids": [CHECKOUT],
    }
    (await parts.api.post("/v1/webhooks/config", json=config)).raise_for_status()


async def set_state(parts: Parts, state: str) -> None:
    url = f"/sandbox/monitors/{CHECKOUT}/state"
    (await parts.sandbox.post(url, json={"state": state})).raise_for_status()


async def deliveries(parts: Parts) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await parts.sandbox.get("/sandbox/deliveries")).json()[
        "deliveries"
    ]
    return found


async def downtimes(parts: Parts) -> list[dict[str, Any]]:
    kept = (await parts.sandbox.get("/sandbox/state")).json()["downtimes"]
    return [one["attributes"] for one in kept]


async def is_muted_and_written(parts: Parts) -> bool:
    muted = await downtimes(parts)
    return bool(muted) and any(one["notebook"] for one in await parts.incidents())


async def is_lifted_and_resolved(parts: Parts) -> bool:
    lifted = all(one["canceled"] for one in await downtimes(parts))
    return lifted and all("RESOLVED" in str(one) for one in await parts.notebooks())


async def test_a_monitor_alerts_and_recovers_and_rayne_does_its_part_in_datadog(
    state_dir: Path, oracle: Oracle
) -> None:
    async with running_parts(state_dir, **SECRET) as parts:
        parts.start("worker")
        registered = await register(parts)
        await come_from_afar(parts)
        again = await register(parts)
        stranger = await parts.api.post("/v1/webhooks/receive", json={}, headers=AFAR)
        await ask_for_downtimes(parts)

        await set_state(parts, "Alert")
        await until(lambda: is_muted_and_written(parts), PATIENCE)
        (downtime,) = await downtimes(parts)
        analysis = await parts.analysis(1)
        await set_state(parts, "OK")
        await until(lambda: is_lifted_and_resolved(parts), PATIENCE)

        assert (registered.status_code, again.status_code) == (201, 200)
        assert stranger.status_code == httpx.codes.UNAUTHORIZED
        assert analysis["state"] == "finished"
        assert downtime["monitor_identifier"] == {"monitor_id": CHECKOUT}
        assert downtime["scope"] == SCOPE
        sent = await deliveries(parts)
        assert [(one["transition"], one["state"]) for one in sent] == [
            ("Triggered", "delivered"),
            ("Recovered", "delivered"),
        ]
        assert len(await parts.notebooks()) == 1
        assert await violations(parts, oracle) == []


async def test_lost_answers_make_nothing_twice(state_dir: Path, oracle: Oracle) -> None:
    async with running_parts(state_dir, **SECRET) as parts:
        for path in (WEBHOOKS, "/api/v1/notebooks", "/api/v2/downtime"):
            await parts.arm(kind="drop_after_write", method="POST", path=path, count=1)
        parts.start("worker")
        lost = await register(parts)
        again = await register(parts)
        await ask_for_downtimes(parts)

        await set_state(parts, "Alert")
        await until(lambda: is_muted_and_written(parts), PATIENCE)
        await set_state(parts, "OK")
        await until(lambda: is_lifted_and_resolved(parts), PATIENCE)

        assert lost.status_code >= httpx.codes.INTERNAL_SERVER_ERROR
        assert again.status_code == httpx.codes.OK
        assert len(await downtimes(parts)) == 1
        assert len(await parts.notebooks()) == 1
        assert len(await parts.incidents()) == 1
        assert await violations(parts, oracle) == []
