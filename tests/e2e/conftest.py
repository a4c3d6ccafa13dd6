"""A place for a stack's state."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.folders import short_folder


@pytest.fixture
def state_dir() -> Iterator[Path]:
    """Does not exist yet; removed with all that a stack put there."""
    with short_folder() as folder:
        yield folder / "state"
