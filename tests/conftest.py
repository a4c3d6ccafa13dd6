"""What every tier of tests may ask for."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.conformance import specification
from tests.conformance.oracle import Oracle
from tests.conformance.specification import Specification

# The same examples every run, so that a red gate means changed code; no clocks on a busy machine.
settings.register_profile(
    "gate", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "search", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("gate")


@pytest.fixture(scope="session")
def oracle(datadog_specification: Specification) -> Oracle:
    """Datadog's own description of its API."""
    return Oracle(datadog_specification.documents, datadog_specification.paths)


@pytest.fixture(scope="session")
def recordings(datadog_specification: Specification) -> list[dict[str, Any]]:
    """Exchanges with the real Datadog."""
    return datadog_specification.recordings


@pytest.fixture(scope="session")
def datadog_specification() -> Specification:
    """Tests that need it skip where it cannot be had."""
    try:
        return specification.load()
    except specification.SpecificationUnavailable as error:
        pytest.skip(f"no Datadog API description: {error}")
