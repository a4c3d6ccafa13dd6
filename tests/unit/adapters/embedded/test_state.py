"""One process at a time uses a state folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.embedded.state import StateFolder
from domain.errors import Conflict, Misconfigured

_HOLDER = """
import sys, time
from pathlib import Path
from adapters.embedded.state import StateFolder
with StateFolder(Path(sys.argv[1])).opened():
    print("open", flush=True)
    time.sleep(60)
"""


def a_holder(root: Path) -> subprocess.Popen[str]:
    """Another process that has the folder open."""
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(root)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == "open\n"
    return holder


def test_a_folder_that_is_open_elsewhere_is_refused_and_the_process_named(tmp_path: Path) -> None:
    holder = a_holder(tmp_path)
    try:
        with pytest.raises(Conflict) as refused, StateFolder(tmp_path).opened():
            pass

        assert f"another `rayne up` (process {holder.pid})" in str(refused.value)
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    holder = a_holder(tmp_path)
    holder.kill()
    holder.wait()

    with StateFolder(tmp_path).opened():
        assert StateFolder(tmp_path).is_open()


def test_a_folder_is_open_only_inside_the_block(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)

    before = state.is_open()
    with state.opened():
        inside = state.is_open()
    after = state.is_open()

    assert (before, inside, after) == (False, True, False)


def test_a_path_that_cannot_be_a_folder_names_the_variable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(Misconfigured, match="RAYNE_STATE_DIR cannot be used"),
        StateFolder(tmp_path / "file").opened(),
    ):
        pass
