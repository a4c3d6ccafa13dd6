"""What outlives a restart, and the file that holds it."""

import os
import tempfile
from pathlib import Path

from pydantic import Field, ValidationError

from dd_lib.sandbox.deliveries import Delivery
from dd_lib.sandbox.firing import FiringOrder
from dd_lib.sandbox.records import EventRecord, Record
from dd_lib.sandbox.resources import Resource
from domain.errors import InvalidInput


class State(Record):
    """Numbers begin high enough to look like Datadog's, and never go back."""

    next_notebook: int = 1001
    next_downtime: int = 1
    next_firing: int = 1
    next_number: int = 1  # of whatever else is made
    notebooks: dict[int, Resource] = Field(default_factory=dict)
    downtimes: dict[str, Resource] = Field(default_factory=dict)
    webhooks: dict[str, Resource] = Field(default_factory=dict)
    variables: dict[str, Resource] = Field(default_factory=dict)
    deployments: dict[str, Resource] = Field(default_factory=dict)
    definitions: dict[str, Resource] = Field(default_factory=dict)
    events: tuple[EventRecord, ...] = ()
    firings: tuple[FiringOrder, ...] = ()
    noticed: frozenset[str] = frozenset()  # changes of monitors; each is told once
    muted: frozenset[str] = frozenset()  # those of them that a downtime kept quiet
    deliveries: dict[str, Delivery] = Field(default_factory=dict)


def read_state(path: Path | None) -> State:
    """Raises InvalidInput for a file that cannot be read."""
    if path is None or not path.exists():
        return State()
    try:
        return State.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InvalidInput(f"the sandbox's state file {path} cannot be read: {error}") from error


def write_state(path: Path, state: State) -> None:
    """Whoever reads the file, even after a crash, finds the old state or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(state.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
