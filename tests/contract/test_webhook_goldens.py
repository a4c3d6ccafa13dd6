"""Bodies as Datadog, templates and people send them are read as they were agreed to be."""

import json
from pathlib import Path

import pytest

from tests.contract.webhook_goldens import BODIES, expected_file, webhook_bodies, what_is_read


@pytest.mark.parametrize("body", webhook_bodies(), ids=lambda body: body.name)
def test_a_webhook_is_read_as_agreed(body: Path) -> None:
    agreed = json.loads(expected_file(body).read_text(encoding="utf-8"))

    assert what_is_read(body) == agreed


def test_every_agreed_reading_has_its_body() -> None:
    agreed = {path.name for path in BODIES.glob("*.expected.json")}

    assert agreed == {expected_file(body).name for body in webhook_bodies()}
