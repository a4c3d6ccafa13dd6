"""Whoever counts, watches and traces, as a test looks at them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

from domain.analysis import AnalystKind, Outcome, Usage
from domain.telemetry import Relayed, Repeat, Taken, Written


class FakeTally:
    """`counted`: how often what happened, by its words. `paid` and `took`: the figures with it."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.paid: list[tuple[str, Usage, Decimal]] = []
        self.took: list[timedelta] = []
        self.batches: list[int] = []

    def delivery_taken(self, how: Taken) -> None:
        self.counted[f"delivery {how}"] += 1

    def batch_relayed(self, deliveries: int) -> None:
        self.batches.append(deliveries)

    def relayed(self, how: Relayed, deliveries: int) -> None:
        self.counted[f"relayed {how}"] += deliveries

    def analysis_finished(self, outcome: Outcome, analyst: AnalystKind, took: timedelta) -> None:
        self.counted[f"analysis {outcome} {analyst}"] += 1
        self.took.append(took)

    def analysis_failed(self) -> None:
        self.counted["analysis failed"] += 1

    def turn_paid(self, model: str, usage: Usage, dollars: Decimal) -> None:
        self.paid.append((model, usage, dollars))

    def notebook_written(self, how: Written) -> None:
        self.counted[f"notebook {how}"] += 1

    def found_done(self, what: Repeat) -> None:
        self.counted[f"repeat {what}"] += 1


class FakeTrail:
    """`here` is what a test sets it to; `gone_on` are the trails that were taken up."""

    def __init__(self) -> None:
        self.now = ""
        self.gone_on: list[tuple[tuple[str, ...], int]] = []

    def here(self) -> str:
        return self.now

    @contextmanager
    def going_on(
        self, traceparents: Sequence[str], what: str, *, incident_id: int
    ) -> Iterator[None]:
        self.gone_on.append((tuple(traceparents), incident_id))
        yield


class FakeCall:
    def __init__(self) -> None:
        self.status = "ok"
        self.notes: dict[str, str | int] = {}

    def answered(self, status: str) -> None:
        self.status = status

    def note(self, name: str, value: str | int) -> None:
        self.notes[name] = value


class FakeWatch:
    """`calls` are (whom, what, status), in the order in which they ended."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.waits: list[timedelta] = []
        self.limits: dict[str, tuple[float, float]] = {}

    @contextmanager
    def calling(self, whom: str, what: str, *, traced: bool = True) -> Iterator[FakeCall]:
        call = FakeCall()
        try:
            yield call
        except BaseException as error:
            call.answered(type(error).__name__)
            raise
        finally:
            self.calls.append((whom, what, call.status))

    def waited(self, time: timedelta) -> None:
        self.waits.append(time)

    def limit_told(self, name: str, limit: float, remaining: float) -> None:
        self.limits[name] = (limit, remaining)
