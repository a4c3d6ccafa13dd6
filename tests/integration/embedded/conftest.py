"""State folders for embedded servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.embedded.state import StateFolder
from tests.e2e.folders import short_folder


@pytest.fixture
def short_path() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


@pytest.fixture
def state(short_path: Path) -> Iterator[StateFolder]:
    folder = StateFolder(short_path / "state")
    with folder.opened():
        yield folder
