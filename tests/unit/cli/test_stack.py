"""What a running stack tells the other commands."""

from pathlib import Path

import pytest

from adapters.embedded.state import StateFolder
from adapters.settings import Settings
from cli.stack import Embedded, Stack
from domain.errors import Unavailable
from tests.factories import NOON

A_STACK = Stack(
    pid=1,
    started_at=NOON,
    api="http://127.0.0.1:8080",
    agent="http://127.0.0.1:9000",
    temporal_namespace="default",
    temporal="127.0.0.1:7233",
)


def test_settings_are_aimed_at_what_was_started() -> None:
    embedded = Embedded(
        postgres_host="/run/rayne",
        postgres_user="postgres",
        temporal="127.0.0.1:7233",
        sandbox="http://127.0.0.1:8090",
    )

    aimed = embedded.aim(Settings())

    assert aimed.conninfo.startswith("host='/run/rayne' port='5432' user='postgres'")
    assert aimed.temporal_address == "127.0.0.1:7233"
    assert aimed.dd_api_url == aimed.dd_app_url == "http://127.0.0.1:8090"
    assert not aimed.uses_sandbox


def test_settings_keep_what_was_configured() -> None:
    configured = Settings(db_host="db.internal", temporal_address="temporal.internal:7233")

    assert Embedded().aim(configured) == configured


def test_a_stack_is_read_as_it_was_written(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    with state.opened():
        A_STACK.write(state)

    assert Stack.read(state) == A_STACK


@pytest.mark.parametrize("content", [None, "", "{", '{"pid": 1}'])
def test_without_a_whole_file_there_is_no_stack(tmp_path: Path, content: str | None) -> None:
    state = StateFolder(tmp_path)
    with state.opened():
        if content is not None:
            state.stack_file.write_text(content)

    with pytest.raises(Unavailable, match="start `rayne up`"):
        Stack.read(state)
