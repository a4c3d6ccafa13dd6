"""Webhook configs are kept by name, and none applies once it is switched off or gone."""

import asyncio

import pytest

from domain.alerts import Transition
from domain.errors import NotFound
from tests.factories import a_config_request
from tests.integration.postgres.stores import Stores


async def test_a_config_reads_back_as_it_was_stated(stores: Stores) -> None:
    request = a_config_request(
        forward_urls=("https://chat.test/hook?token=1",),
        downtime_duration_minutes=30,
        monitor_ids=(42, 2**60),
        tags=("team:shop",),
        transitions=(Transition.TRIGGERED, Transition.RE_NO_DATA),
    )

    config, is_new = await stores.configs.upsert_config(request)

    assert is_new
    assert await stores.configs.get_config(config.id) == config
    assert config.model_dump(exclude={"id", "created_at"}) == request.model_dump()


async def test_a_config_of_a_known_name_replaces_the_first(stores: Stores) -> None:
    first, _ = await stores.configs.upsert_config(a_config_request(tags=("team:shop",)))

    later, is_new = await stores.configs.upsert_config(a_config_request(auto_downtime=True))

    assert not is_new
    assert (later.id, later.created_at) == (first.id, first.created_at)
    assert await stores.configs.get_config("checkout") == later
    assert (later.auto_downtime, later.tags) == (True, ())


async def test_configs_are_listed_oldest_first(stores: Stores) -> None:
    for name in ("b", "a", "c"):
        await stores.configs.upsert_config(a_config_request(name=name))

    found = await stores.configs.list_configs(active_only=True)

    assert [config.name for config in found] == ["b", "a", "c"]


async def test_an_inactive_config_is_listed_only_on_request(stores: Stores) -> None:
    await stores.configs.upsert_config(a_config_request(name="on"))
    await stores.configs.upsert_config(a_config_request(name="off", active=False))

    active = await stores.configs.list_configs(active_only=True)
    everything = await stores.configs.list_configs(active_only=False)

    assert [config.name for config in active] == ["on"]
    assert [config.name for config in everything] == ["on", "off"]


async def test_a_deleted_config_is_gone(stores: Stores) -> None:
    await stores.configs.upsert_config(a_config_request())

    await stores.configs.delete_config("checkout")

    assert await stores.configs.list_configs(active_only=False) == ()


async def test_what_is_unknown_is_not_found(stores: Stores) -> None:
    for unknown in ("nobody", "", 404, 2**80):
        with pytest.raises(NotFound):
            await stores.configs.get_config(unknown)
    with pytest.raises(NotFound):
        await stores.configs.delete_config("nobody")


async def test_a_name_made_of_digits_is_no_id(stores: Stores) -> None:
    config, _ = await stores.configs.upsert_config(a_config_request())

    with pytest.raises(NotFound):
        await stores.configs.get_config(str(config.id))


async def test_ten_at_once_under_one_name_are_one_new_config(postgres_stores: Stores) -> None:
    requests = [a_config_request(downtime_duration_minutes=n) for n in range(1, 11)]

    answers = await asyncio.gather(*map(postgres_stores.configs.upsert_config, requests))

    assert sum(is_new for _, is_new in answers) == 1
    assert len({config.id for config, _ in answers}) == 1
