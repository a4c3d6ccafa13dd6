"""Where the parts of a running stack are: written by `rayne up`, read by every other command."""

import json
from pathlib import Path

from pydantic import AwareDatetime, ValidationError

from adapters.embedded.state import StateFolder
from domain.errors import Unavailable
from domain.values import Value


class Stack(Value):
    """Addresses only, no secrets. None: that part is not ours to start."""

    pid: int
    started_at: AwareDatetime
    api: str
    agent: str
    temporal: str  # host:port
    temporal_namespace: str
    temporal_ui: str | None = None
    sandbox: str | None = None
    postgres: str | None = None  # a libpq connection string
    logs: Path

    def write(self, state: StateFolder) -> None:
        """Readers see the old stack, none, or the whole new one."""
        draft = state.stack_file.with_suffix(".new")
        draft.write_text(json.dumps(self.model_dump(mode="json"), indent=2) + "\n")
        draft.replace(state.stack_file)

    @classmethod
    def read(cls, state: StateFolder) -> "Stack":
        """Raises Unavailable where no stack runs on this state folder."""
        try:
            return cls.model_validate_json(state.stack_file.read_text())
        except (OSError, ValidationError) as error:
            raise Unavailable(f"no stack runs in {str(state.root)!r}: start `rayne up`") from error
