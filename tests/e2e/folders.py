"""Folders for stacks under test."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def short_folder() -> Iterator[Path]:
    """Short enough for a socket, and not inside pytest's own folders.

    Those are closed to other users again by each new session of pytest; the embedded PostgreSQL
    is another user where the tests run as root.
    """
    with tempfile.TemporaryDirectory(prefix="rayne-") as name:
        yield Path(name).resolve()
