"""The folder that holds everything of an embedded stack, used by one `rayne up` at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Conflict, Misconfigured


class StateFolder:
    """Where the parts keep their files. `opened` makes it and takes its lock."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()

    @property
    def run_dir(self) -> Path:
        """What is true only while the stack runs: records of processes, the stack's addresses."""
        return self.root / "run"

    @property
    def stack_file(self) -> Path:
        return self.run_dir / "stack.json"

    @property
    def postgres_dir(self) -> Path:
        return self.root / "postgres"

    @property
    def temporal_file(self) -> Path:
        return self.root / "temporal.db"

    @property
    def sandbox_file(self) -> Path:
        return self.root / "sandbox.json"

    def log_file(self, part: str) -> Path:
        return self.root / "logs" / f"{part}.log"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Raises Conflict while another process has it open.

        The operating system drops the lock with the process, so kill -9 leaves none behind.
        """
        try:
            for folder in (self.root, self.run_dir, self.root / "logs"):
                folder.mkdir(parents=True, exist_ok=True)
            lock = (self.root / "lock").open("a+")
        except OSError as error:
            raise Misconfigured(f"RAYNE_STATE_DIR cannot be used: {error}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                raise self._in_use(lock.read().strip()) from error
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def is_open(self) -> bool:
        """Whether a process has it open right now."""
        try:
            with (self.root / "lock").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False  # no lock file: nobody ever had
        return False

    def _in_use(self, pid: str) -> Conflict:
        return Conflict(
            f"another `rayne up` (process {pid or 'unknown'}) uses {str(self.root)!r}: "
            "stop it, or set RAYNE_STATE_DIR to another folder"
        )
