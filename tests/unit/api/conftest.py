from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from tests.unit.api.front import Front


@pytest.fixture
def front() -> Iterator[Front]:
    built = Front()
    with TestClient(built.app, base_url="http://localhost", client=("127.0.0.1", 50000)) as client:
        built.client = client
        yield built


@pytest.fixture
def keyless(front: Front) -> Front:
    """Nobody gave it Datadog's keys."""
    front.app.state.resources = replace(front.resources, datadog=None, registrations=None)
    return front
