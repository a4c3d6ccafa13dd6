"""Services of the stand-in Datadog: traced, declared, and in the catalogue."""

from typing import Any

import httpx
import pytest

APM = "/api/v2/apm/services"
DEFINITIONS = "/api/v2/services/definitions"
CATALOGUE = "/api/v2/catalog/entity"


def a_definition(**changes: Any) -> dict[str, Any]:
    return {"schema-version": "v2.2", "dd-service": "invoices", "team": "money"} | changes


async def declared(client: httpx.AsyncClient, **query: str | int) -> list[str]:
    found = (await client.get(DEFINITIONS, params={"page[size]": 100, **query})).json()["data"]
    return [each["attributes"]["schema"]["dd-service"] for each in found]


async def catalogue(client: httpx.AsyncClient, **query: str | int) -> dict[str, str]:
    """Owners by name."""
    found = (await client.get(CATALOGUE, params=query)).json()["data"]
    return {each["attributes"]["name"]: each["attributes"].get("owner", "") for each in found}


async def traced(client: httpx.AsyncClient, env: str) -> list[str]:
    answer = (await client.get(APM, params={"filter[env]": env})).json()["data"]["attributes"]
    assert len(answer["metadata"]) == len(answer["services"])
    names: list[str] = answer["services"]
    return names


async def test_services_with_traces_are_listed_by_name(datadog: httpx.AsyncClient) -> None:
    names = await traced(datadog, "prod")

    assert {"checkout", "payments"} <= set(names)
    assert names == sorted(names)


async def test_environment_without_traces_has_no_services(datadog: httpx.AsyncClient) -> None:
    assert await traced(datadog, "dev") == []


async def test_every_environment_is_a_star(datadog: httpx.AsyncClient) -> None:
    assert await traced(datadog, "*") == await traced(datadog, "prod")


async def test_environment_must_be_named(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(APM)

    assert answer.status_code == 400
    assert "'filter[env]'" in answer.json()["errors"][0]


async def test_tagged_services_are_declared_with_their_team(datadog: httpx.AsyncClient) -> None:
    answer = (await datadog.get(f"{DEFINITIONS}/checkout")).json()["data"]["attributes"]

    assert answer["schema"]["team"] == "shop"
    assert "checkout" in await declared(datadog)


async def test_definitions_are_paged(datadog: httpx.AsyncClient) -> None:
    pages = [
        await declared(datadog, **{"page[size]": 2, "page[number]": number}) for number in (0, 1)
    ]

    assert pages[0] + pages[1] == (await declared(datadog))[:4]


async def test_first_schema_keeps_the_name_elsewhere(datadog: httpx.AsyncClient) -> None:
    answer = await datadog.get(f"{DEFINITIONS}/checkout", params={"schema_version": "v1"})

    schema = answer.json()["data"]["attributes"]["schema"]
    assert schema["info"] == {"dd-service": "checkout"}


async def test_unknown_service_is_not_found_in_the_third_shape(
    datadog: httpx.AsyncClient,
) -> None:
    answer = await datadog.get(f"{DEFINITIONS}/absent")

    assert (answer.status_code, answer.json()) == (
        404,
        {"errors": ["Not Found"], "error_details": [{}]},
    )


async def test_posted_definition_is_read_again(empty: httpx.AsyncClient) -> None:
    (posted,) = (await empty.post(DEFINITIONS, json=a_definition())).json()["data"]

    read = (await empty.get(f"{DEFINITIONS}/invoices")).json()["data"]

    assert read == posted
    assert read["attributes"]["schema"] == a_definition()


async def test_posting_again_replaces(empty: httpx.AsyncClient) -> None:
    for team in ("money", "finance"):
        await empty.post(DEFINITIONS, json=a_definition(team=team))

    assert await declared(empty) == ["invoices"]
    assert await catalogue(empty) == {"invoices": "finance"}


async def test_posted_definition_counts_more_than_a_tag(alerting: httpx.AsyncClient) -> None:
    await alerting.post(DEFINITIONS, json=a_definition(**{"dd-service": "checkout"}))

    assert (await catalogue(alerting))["checkout"] == "money"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"filter[name]": "checkout"}, {"checkout"}),
        ({"filter[name]": "checkout", "filter[kind]": "service"}, {"checkout"}),
        ({"filter[kind]": "datastore"}, set()),
        ({"filter[owner]": "nobody"}, set()),
    ],
)
async def test_catalogue_is_narrowed(
    datadog: httpx.AsyncClient, query: dict[str, str], found: set[str]
) -> None:
    assert set(await catalogue(datadog, **query)) == found


async def test_catalogue_is_paged(datadog: httpx.AsyncClient) -> None:
    query: dict[str, str | int] = {"page[offset]": 1, "page[limit]": 1}

    assert list(await catalogue(datadog, **query)) == list(await catalogue(datadog))[1:2]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (a_definition(**{"schema-version": "v3"}), "schema-version"),
        ({"schema-version": "v2.2"}, "dd-service"),
        (a_definition(colour="red"), "'colour' was unexpected"),
    ],
)
async def test_bad_definition_is_refused_by_name(
    empty: httpx.AsyncClient, body: dict[str, Any], named: str
) -> None:
    answer = await empty.post(DEFINITIONS, json=body)

    assert answer.status_code == 400
    assert named in answer.json()["errors"][0]
