"""Demo data is offered on a laptop, elsewhere on request, and never fills somebody's account."""

import pytest

from adapters.postgres.database import Database
from adapters.settings import Settings
from api.demo_offer import demo_of
from domain.demo_stories import LIVE

KEYS = {"DD_API_KEY": "k" * 32, "DD_APP_KEY": "a" * 40}
SANDBOX = KEYS | {"DD_API_URL": "http://127.0.0.1:8090", "DD_APP_URL": "http://127.0.0.1:8090"}
DATABASE = Database.connect("host=127.0.0.1 dbname=never-reached")


@pytest.mark.parametrize(
    ("environment", "offered"),
    [
        ({}, True),
        ({"RAYNE_DEMO": "off"}, False),
        ({"RAYNE_API_HOST": "0.0.0.0"}, False),
        ({"RAYNE_API_HOST": "0.0.0.0", "RAYNE_DEMO": "on"}, True),
    ],
)
def test_it_is_offered_where_only_this_machine_can_call_or_where_asked_for(
    environment: dict[str, str], offered: bool
) -> None:
    found = demo_of(Settings.from_env(environment), DATABASE)

    assert (found is not None) == offered


@pytest.mark.parametrize(
    ("environment", "live"),
    [(SANDBOX, LIVE), (KEYS, 0), (KEYS | {"DD_SITE": "datadoghq.eu"}, 0), ({}, 0)],
)
def test_alerts_are_analysed_in_the_sandbox_alone(environment: dict[str, str], live: int) -> None:
    found = demo_of(Settings.from_env(environment), DATABASE)

    assert found
    assert found.live == live
