"""Alerts as they follow each other in these tests."""

from datetime import timedelta

from domain.alerts import Alert, AlertStatus, Transition
from tests.factories import NOON, an_alert


def a_recovery(**changes: object) -> Alert:
    """Of `an_alert`, twelve minutes later."""
    defaults: dict[str, object] = {
        "event_id": "9",
        "transition": Transition.RECOVERED,
        "status": AlertStatus.OK,
        "happened_at": NOON + timedelta(minutes=12),
    }
    return an_alert(**(defaults | changes))
