"""What every tier of tests may ask for."""

import pytest

from tests.conformance import specification
from tests.conformance.oracle import Oracle


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """Datadog's own description of its API; tests that need it skip where it cannot be had."""
    try:
        known = specification.load()
    except specification.SpecificationUnavailable as error:
        pytest.skip(f"no Datadog API description: {error}")
    return Oracle(known.documents, known.paths)
