"""Who may ask the stand-in Datadog, and what."""

import httpx
import pytest

NOTEBOOKS = "/api/v1/notebooks"
DOWNTIMES = "/api/v2/downtime"


async def test_two_keys_are_valid(empty: httpx.AsyncClient) -> None:
    answer = await empty.get("/api/v2/validate_keys")

    assert answer.json() == {"status": "ok"}


async def test_validate_needs_the_api_key_only(empty: httpx.AsyncClient) -> None:
    del empty.headers["DD-APPLICATION-KEY"]

    assert (await empty.get("/api/v1/validate")).json() == {"valid": True}


async def test_validate_without_a_key_says_so(empty: httpx.AsyncClient) -> None:
    del empty.headers["DD-API-KEY"]

    answer = await empty.get("/api/v1/validate")

    assert (answer.status_code, answer.json()) == (403, {"errors": ["API key required"]})


async def test_key_describes_itself(empty: httpx.AsyncClient) -> None:
    del empty.headers["DD-APPLICATION-KEY"]

    described = (await empty.get("/api/v2/validate")).json()["data"]

    assert described["type"] == "validate_v2"
    assert described["attributes"]["valid"] is True


async def test_missing_key_is_told_in_the_titled_shape(empty: httpx.AsyncClient) -> None:
    empty.headers.clear()

    answer = await empty.get("/api/v2/validate")

    assert (answer.status_code, answer.json()) == (
        403,
        {"errors": [{"status": "403", "title": "Forbidden", "detail": "Forbidden"}]},
    )


@pytest.mark.parametrize("missing", ["DD-API-KEY", "DD-APPLICATION-KEY"])
@pytest.mark.parametrize("path", ["/api/v1/hosts", NOTEBOOKS, DOWNTIMES, "/api/v1/monitor"])
async def test_either_key_missing_is_forbidden(
    empty: httpx.AsyncClient, missing: str, path: str
) -> None:
    del empty.headers[missing]

    answer = await empty.get(path)

    assert (answer.status_code, answer.json()) == (403, {"errors": ["Forbidden"]})


async def test_bearer_token_stands_for_both_keys(empty: httpx.AsyncClient) -> None:
    empty.headers.clear()

    answer = await empty.get("/api/v1/hosts", headers={"Authorization": "Bearer token"})

    assert answer.status_code == 200


async def test_unknown_operation_is_not_found(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get("/api/v2/weather")

    assert (answer.status_code, answer.json()) == (404, {"errors": ["Not Found"]})
