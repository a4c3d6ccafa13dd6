"""What this Datadog knows by now: scenarios let loose, and all that was created in it.

All of it survives a restart where a state file is given.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Literal

from dd_lib.sandbox.deliveries import Delivery
from dd_lib.sandbox.firing import Firing, FiringOrder, fire
from dd_lib.sandbox.manners import AS_WRITTEN, Manner
from dd_lib.sandbox.records import EventRecord, Telemetry
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.scenario import read_scenario
from dd_lib.sandbox.state import State, read_state, write_state
from domain.errors import InvalidInput, NotFound

KEPT_FIRINGS = 50
KEPT_EVENTS = 1000
KEPT_DELIVERIES = 1000

Shelf = Literal["webhooks", "variables", "deployments", "definitions"]


class World:
    def __init__(
        self, scenarios: Path, clock: Callable[[], datetime], state: Path | None, app_url: str
    ) -> None:
        """Raises InvalidInput for a state file that cannot be read."""
        self.scenarios = scenarios
        self.clock = clock
        self.app_url = app_url.rstrip("/")
        self._file = state
        self._state = read_state(state)
        self._firings = self._fire_again()

    def load(
        self,
        name: str,
        at: datetime | None,
        *,
        fresh_ids: bool,
        recovers_after: timedelta,
        manner: Manner = AS_WRITTEN,
    ) -> Firing:
        """Lets a scenario loose; its earlier data give way. Raises NotFound, InvalidInput."""
        scenario = read_scenario(self.scenarios, name)
        order = FiringOrder(
            scenario=name,
            at=at or self.clock(),
            number=self._state.next_firing,
            fresh_ids=fresh_ids,
            recovers_after=recovers_after,
            manner=manner,
        )
        firing = fire(scenario, order, self.app_url)
        self._keep_firings([*self._firings, firing][-KEPT_FIRINGS:], order.number + 1)
        return firing

    def recover(self, firing: Firing) -> Firing:
        """Ends the alert of a firing now, whenever it was to end."""
        scenario = read_scenario(self.scenarios, firing.order.scenario)
        order = firing.order.model_copy(update={"recovers_after": self.clock() - firing.order.at})
        recovered = fire(scenario, order, self.app_url)
        self._keep_firings(
            [recovered if known is firing else known for known in self._firings],
            self._state.next_firing,
        )
        return recovered

    def firings(self) -> tuple[Firing, ...]:
        """The newest of each scenario."""
        return tuple({firing.order.scenario: firing for firing in self._firings}.values())

    def telemetry(self) -> Telemetry:
        """The newest firing's data of each scenario, joined, and the events that were posted."""
        posted = Telemetry(events=self._state.events)
        return _join([*(firing.telemetry for firing in self.firings()), posted])

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

    def kept(self, shelf: Shelf) -> dict[str, Resource]:
        """By name or id, in the order of creation."""
        return dict(getattr(self._state, shelf))

    def keep(self, shelf: Shelf, name: str, resource: Resource) -> None:
        self._save(**{shelf: self.kept(shelf) | {name: resource}})

    def drop(self, shelf: Shelf, name: str) -> None:
        self._save(**{shelf: {n: each for n, each in self.kept(shelf).items() if n != name}})

    def take_number(self) -> int:
        """Never the same one twice."""
        number = self._state.next_number
        self._save(next_number=number + 1)
        return number

    def add_event(self, event: EventRecord) -> None:
        self._save(events=(*self._state.events, event)[-KEPT_EVENTS:])

    @property
    def noticed(self) -> frozenset[str]:
        """Changes of monitors that need no second look."""
        return self._state.noticed

    @property
    def muted(self) -> frozenset[str]:
        """Those of them that nobody was told of."""
        return self._state.muted

    def notice(self, change: str, *, muted: bool) -> None:
        """`change` begins with its firing's number; changes of forgotten firings are forgotten."""
        numbers = {str(firing.order.number) for firing in self._firings}
        kept = {each for each in self._state.noticed if each.split()[0] in numbers}
        quiet = {change} if muted else set()
        self._save(
            noticed=frozenset(kept | {change}), muted=frozenset(self._state.muted & kept | quiet)
        )

    @property
    def deliveries(self) -> dict[str, Delivery]:
        """In the order of creation; the latest only."""
        return dict(self._state.deliveries)

    def put_delivery(self, delivery: Delivery) -> None:
        deliveries = self._state.deliveries | {delivery.id: delivery}
        self._save(deliveries=dict(list(deliveries.items())[-KEPT_DELIVERIES:]))

    def reset(self) -> None:
        """Forgets everything; numbers go on, so that no id ever means two things."""
        self._firings = []
        numbers = {name for name in State.model_fields if name.startswith("next_")}
        self._state = State.model_validate(self._state.model_dump(include=numbers))
        self._save()

    def _keep_firings(self, firings: list[Firing], next_number: int) -> None:
        self._firings = firings
        self._save(next_firing=next_number, firings=tuple(each.order for each in firings))

    def _save(self, **changes: object) -> None:
        self._state = self._state.model_copy(update=changes)
        if self._file is not None:
            write_state(self._file, self._state)

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


def _join(parts: list[Telemetry]) -> Telemetry:
    return Telemetry(
        logs=tuple(chain.from_iterable(part.logs for part in parts)),
        metrics=tuple(chain.from_iterable(part.metrics for part in parts)),
        spans=tuple(chain.from_iterable(part.spans for part in parts)),
        events=tuple(chain.from_iterable(part.events for part in parts)),
        hosts=tuple(chain.from_iterable(part.hosts for part in parts)),
        monitors=tuple(chain.from_iterable(part.monitors for part in parts)),
        incidents=tuple(chain.from_iterable(part.incidents for part in parts)),
    )
