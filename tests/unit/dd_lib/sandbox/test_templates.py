"""Variables in a webhook's texts."""

import json

import pytest

from dd_lib.sandbox.app import SCENARIOS
from dd_lib.sandbox.manners import Body
from dd_lib.sandbox.occasions import variables_of
from dd_lib.sandbox.scenario import list_scenarios
from dd_lib.sandbox.templates import fill, fill_json
from domain.datadog_webhooks import RAYNE_PAYLOAD

VALUES = {"ID": "9007199254740993", "TITLE": 'it says "no"\nand stops', "TAGS": "env:prod, a:b:c"}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("$ID", "9007199254740993"),
        ("a $ID.", "a 9007199254740993."),
        ("$TAGS[env]", "prod"),
        ("$TAGS[a]", "b:c"),
        ("$TAGS[team]", ""),
        ("$IDENTITY", "$IDENTITY"),
        ("$5 and $id", "$5 and $id"),
        ("$ID[x]", "9007199254740993[x]"),
    ],
)
def test_variable_is_filled_in_whole(template: str, filled: str) -> None:
    assert fill(template, VALUES) == filled


def test_value_that_looks_like_a_variable_is_not_filled_in_again() -> None:
    assert fill("$A", {"A": "$SECRET", "SECRET": "xyz"}) == "$SECRET"


def test_value_inside_quotes_stays_one_json_text() -> None:
    body = json.loads(fill_json('{"title": "say: $TITLE"}', VALUES))

    assert body == {"title": f"say: {VALUES['TITLE']}"}


def test_value_outside_quotes_stands_as_it_is() -> None:
    assert json.loads(fill_json('{"id": $ID, "sample": $S}', VALUES | {"S": "null"})) == {
        "id": 9007199254740993,
        "sample": None,
    }


def _webhooks() -> list[Body]:
    return [scenario.webhook for scenario in list_scenarios(SCENARIOS)]


@pytest.mark.parametrize("webhook", _webhooks(), ids=lambda webhook: str(webhook["title"]))
def test_raynes_own_template_gives_back_the_scenarios_webhook(webhook: Body) -> None:
    body = json.loads(fill_json(RAYNE_PAYLOAD, variables_of(webhook)))

    assert body == webhook


def test_variables_of_other_kinds_of_alerts_are_null() -> None:
    variables = variables_of({"id": "1"})

    assert fill("$INCIDENT_TITLE $LOGS_SAMPLE $HOSTNAME.", variables) == "null null ."
