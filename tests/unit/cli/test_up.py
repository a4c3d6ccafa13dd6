"""Where the whole stack may listen."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from adapters.embedded.state import StateFolder
from adapters.settings import Settings
from cli.up import up
from domain.errors import Misconfigured


async def test_up_refuses_to_listen_where_others_can_reach_it(tmp_path: Path) -> None:
    settings = Settings(api_host="0.0.0.0")

    with pytest.raises(Misconfigured, match=r"cannot listen on '0\.0\.0\.0'"):
        await up(settings, StateFolder(tmp_path), Console(file=io.StringIO()))
