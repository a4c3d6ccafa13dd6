"""What Rayne tells of its own work, to be counted and traced: calls to others, and what came of it.

Numbers, ids and words from small sets. Never a word of a payload, a query or an answer.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from domain.analysis import AnalystKind, Outcome, Usage


class Call(Protocol):
    """A call that is under way."""

    def answered(self, status: str) -> None:
        """What came back, such as an HTTP status. Unsaid, it is "ok", or the error's class."""
        ...

    def note(self, name: str, value: str | int) -> None:
        """For the trace alone."""
        ...


class Watch(Protocol):
    """Whoever asks somebody else does it under a watch."""

    def calling(self, whom: str, what: str, *, traced: bool = True) -> AbstractContextManager[Call]:
        """Around one call. `what` is one of few: a path with its variable parts left out."""
        ...

    def waited(self, time: timedelta) -> None:
        """For one's turn, before a call to Datadog."""
        ...

    def limit_told(self, name: str, limit: float, remaining: float) -> None:
        """By Datadog: how often may still be asked."""
        ...


class Trail(Protocol):
    """Leads a trace over a gap that no call spans, such as a table."""

    def here(self) -> str:
        """A W3C traceparent, to be kept and gone on from; "" where nothing is traced."""
        ...

    def going_on(
        self, traceparents: Sequence[str], what: str, *, incident_id: int
    ) -> AbstractContextManager[None]:
        """Around what goes on from there: from the first, linked to the others."""
        ...


class Taken(StrEnum):
    """What came of a delivery at the door."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    UNREADABLE = "unreadable"  # stored all the same
    REFUSED = "refused"  # no good secret, or from a network that may not
    FAILED = "failed"  # not stored: answered 503, and Datadog sends it again


class Relayed(StrEnum):
    """What came of a delivery on its way to its incident."""

    DELIVERED = "delivered"
    RELEASED = "released"  # Temporal took none, or too slowly: the next batch has it
    REFUSED = "refused"  # a person must look; tried again when the lease is over


class Written(StrEnum):
    """What was done to a notebook."""

    CREATED = "created"
    CHANGED = "changed"
    RESOLVED = "resolved"


class Repeat(StrEnum):
    """What was found done when it was to be done again."""

    DELIVERY = "delivery"
    TURN = "turn"  # not paid again
    TOOL_CALL = "tool_call"
    NOTEBOOK = "notebook"
    DOWNTIME = "downtime"
    NOTICE = "notice"


class Tally(Protocol):
    """Counts what happened. Counting never fails."""

    def delivery_taken(self, how: Taken) -> None: ...

    def batch_relayed(self, deliveries: int) -> None: ...

    def relayed(self, how: Relayed, deliveries: int) -> None: ...

    def analysis_finished(
        self, outcome: Outcome, analyst: AnalystKind, took: timedelta
    ) -> None: ...

    def analysis_failed(self) -> None: ...

    def turn_paid(self, model: str, usage: Usage, dollars: Decimal) -> None: ...

    def notebook_written(self, how: Written) -> None: ...

    def found_done(self, what: Repeat) -> None: ...


class _Silence:
    """Counts and traces nothing."""

    def calling(
        self,
        whom: str,  # noqa: ARG002
        what: str,  # noqa: ARG002
        *,
        traced: bool = True,  # noqa: ARG002
    ) -> AbstractContextManager[Call]:
        return _NO_CALL

    def answered(self, status: str) -> None: ...

    def note(self, name: str, value: str | int) -> None: ...

    def waited(self, time: timedelta) -> None: ...

    def limit_told(self, name: str, limit: float, remaining: float) -> None: ...

    def here(self) -> str:
        return ""

    def going_on(
        self,
        traceparents: Sequence[str],  # noqa: ARG002
        what: str,  # noqa: ARG002
        *,
        incident_id: int,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        return nullcontext()

    def delivery_taken(self, how: Taken) -> None: ...

    def batch_relayed(self, deliveries: int) -> None: ...

    def relayed(self, how: Relayed, deliveries: int) -> None: ...

    def analysis_finished(
        self, outcome: Outcome, analyst: AnalystKind, took: timedelta
    ) -> None: ...

    def analysis_failed(self) -> None: ...

    def turn_paid(self, model: str, usage: Usage, dollars: Decimal) -> None: ...

    def notebook_written(self, how: Written) -> None: ...

    def found_done(self, what: Repeat) -> None: ...


_SILENCE = _Silence()
_NO_CALL: AbstractContextManager[Call] = nullcontext(_SILENCE)
UNWATCHED: Watch = _SILENCE
UNCOUNTED: Tally = _SILENCE
UNTRACED: Trail = _SILENCE
