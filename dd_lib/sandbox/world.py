"""What this Datadog knows by now: scenarios let loose, notebooks, downtimes.

Notebooks, downtimes and the list of firings survive a restart where a state file is given.
"""

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from pydantic import Field, ValidationError

from dd_lib.sandbox.firing import Firing, FiringOrder, fire
from dd_lib.sandbox.records import Record, Telemetry
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.scenario import read_scenario
from domain.errors import InvalidInput, NotFound

KEPT_FIRINGS = 50


class State(Record):
    """What the state file holds. Numbers begin high enough to look like Datadog's."""

    next_notebook: int = 1001
    next_downtime: int = 1
    next_firing: int = 1
    notebooks: dict[int, Resource] = Field(default_factory=dict)
    downtimes: dict[str, Resource] = Field(default_factory=dict)
    firings: tuple[FiringOrder, ...] = ()


class World:
    def __init__(
        self, scenarios: Path, clock: Callable[[], datetime], state: Path | None, app_url: str
    ) -> None:
        """Raises InvalidInput for a state file that cannot be read."""
        self.scenarios = scenarios
        self.clock = clock
        self.app_url = app_url.rstrip("/")
        self._file = state
        self._state = _read_state(state)
        self._firings = self._fire_again()

    def load(
        self, name: str, at: datetime | None, *, fresh_ids: bool, recovers_after: timedelta
    ) -> Firing:
        """Lets a scenario loose; its earlier data give way. Raises NotFound, InvalidInput."""
        scenario = read_scenario(self.scenarios, name)
        order = FiringOrder(
            scenario=name,
            at=at or self.clock(),
            number=self._state.next_firing,
            fresh_ids=fresh_ids,
            recovers_after=recovers_after,
        )
        firing = fire(scenario, order, self.app_url)
        self._firings = [*self._firings, firing][-KEPT_FIRINGS:]
        self._save(
            next_firing=order.number + 1, firings=tuple(each.order for each in self._firings)
        )
        return firing

    def telemetry(self) -> Telemetry:
        """The newest firing's data of each scenario, joined."""
        newest = {firing.order.scenario: firing for firing in self._firings}
        return _join([firing.telemetry for firing in newest.values()])

    def telemetry_seen(self, start: datetime, end: datetime) -> Telemetry:
        """As `telemetry`, but of each scenario the firing that alerted in that time, if one did:
        a notebook of an hour ago still shows what it was about.
        """
        newest = {firing.order.scenario: firing for firing in self._firings}
        fitting = {
            firing.order.scenario: firing
            for firing in self._firings
            if firing.alerted_between(start, end)
        }
        return _join([firing.telemetry for firing in (newest | fitting).values()])

    @property
    def notebooks(self) -> dict[int, Resource]:
        """In the order of creation."""
        return dict(self._state.notebooks)

    @property
    def next_notebook_number(self) -> int:
        return self._state.next_notebook

    def add_notebook(self, notebook: Resource) -> None:
        """Keeps a notebook made with `next_notebook_number`, which goes up by one."""
        number = self._state.next_notebook
        notebooks = self._state.notebooks | {number: notebook}
        self._save(notebooks=notebooks, next_notebook=number + 1)

    def put_notebook(self, number: int, notebook: Resource) -> None:
        self._save(notebooks=self._state.notebooks | {number: notebook})

    def drop_notebook(self, number: int) -> None:
        self._save(notebooks={n: v for n, v in self._state.notebooks.items() if n != number})

    @property
    def downtimes(self) -> dict[str, Resource]:
        """In the order of creation."""
        return dict(self._state.downtimes)

    @property
    def next_downtime_number(self) -> int:
        return self._state.next_downtime

    def add_downtime(self, downtime: Resource) -> None:
        """Keeps a downtime made with `next_downtime_number`, which goes up by one."""
        downtimes = self._state.downtimes | {str(downtime["id"]): downtime}
        self._save(downtimes=downtimes, next_downtime=self._state.next_downtime + 1)

    def put_downtime(self, downtime: Resource) -> None:
        self._save(downtimes=self._state.downtimes | {str(downtime["id"]): downtime})

    def reset(self) -> None:
        """Forgets everything; numbers go on, so that no id ever means two things."""
        self._firings = []
        self._save(notebooks={}, downtimes={}, firings=())

    def _save(self, **changes: object) -> None:
        self._state = self._state.model_copy(update=changes)
        if self._file is not None:
            _write_atomically(self._file, self._state.model_dump_json(indent=1))

    def _fire_again(self) -> list[Firing]:
        """A scenario that is gone or broken by now is left out; its notebooks stay."""
        firings = []
        for order in self._state.firings:
            try:
                scenario = read_scenario(self.scenarios, order.scenario)
            except (NotFound, InvalidInput):
                continue
            firings.append(fire(scenario, order, self.app_url))
        return firings


def _read_state(path: Path | None) -> State:
    if path is None or not path.exists():
        return State()
    try:
        return State.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InvalidInput(f"the sandbox's state file {path} cannot be read: {error}") from error


def _write_atomically(path: Path, text: str) -> None:
    """Whoever reads the file, even after a crash, finds the old state or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def _join(parts: list[Telemetry]) -> Telemetry:
    return Telemetry(
        logs=tuple(chain.from_iterable(part.logs for part in parts)),
        metrics=tuple(chain.from_iterable(part.metrics for part in parts)),
        spans=tuple(chain.from_iterable(part.spans for part in parts)),
        events=tuple(chain.from_iterable(part.events for part in parts)),
        hosts=tuple(chain.from_iterable(part.hosts for part in parts)),
        monitors=tuple(chain.from_iterable(part.monitors for part in parts)),
    )
