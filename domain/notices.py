"""What people are told of an incident: once for each change of its state."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import AwareDatetime

from domain.alerts import AlertStatus
from domain.incidents import Incident, IncidentAlert, IncidentState, Occasion
from domain.values import Value


class Notice(Value):
    """Rayne's record that people are to be told of an incident, or were. One for each occasion."""

    incident_id: int
    occasion: Occasion
    status: AlertStatus = AlertStatus.ALERT  # the worst of what set it off
    told_to: tuple[str, ...] = ()  # digests of the addresses that took it
    told_at: AwareDatetime | None = None  # once everybody was
    given_up: str = ""  # why not everybody was

    @property
    def is_due(self) -> bool:
        return self.told_at is None and not self.given_up


class NoticeOrder(Value):
    """What a workflow asks for. Its history holds no more than this."""

    incident_id: int
    occasion: Occasion


class Urgency(StrEnum):
    """A desktop's words."""

    LOW = "low"
    NORMAL = "normal"
    CRITICAL = "critical"


class Notification(Value):
    """What is shown. One of the same `tag` takes the place of the one before, on the screen."""

    title: str
    message: str
    urgency: Urgency
    colour: str  # of the border, as "#rrggbb"
    tag: str
    key: str  # unique to the notice: whoever gets it twice may show it once


_GRAVITY = (AlertStatus.OK, AlertStatus.NO_DATA, AlertStatus.WARN, AlertStatus.ALERT)


def due_notices(
    incident: Incident, arrived: Sequence[IncidentAlert], known: Sequence[Notice]
) -> tuple[Notice, ...]:
    """Those that `arrived` calls for and that are not known yet.

    Nothing follows where nobody was told of the beginning: a recovery from what was never heard of
    would only puzzle.
    """
    planned = {notice.occasion: notice for notice in known}
    alerts = [alert for alert in arrived if not alert.transition.is_recovery]
    opened = planned.get(Occasion.OPENED)
    if opened is None:
        return _notices(incident, Occasion.OPENED, alerts) if _opens(incident, alerts) else ()
    due: tuple[Notice, ...] = ()
    if Occasion.WORSENED not in planned and _worsens(incident, alerts, opened):
        due += _notices(incident, Occasion.WORSENED, alerts)
    if Occasion.RESOLVED not in planned and incident.state is IncidentState.RESOLVED:
        due += (Notice(incident_id=incident.id, occasion=Occasion.RESOLVED),)
    return due


def _opens(incident: Incident, alerts: Sequence[IncidentAlert]) -> bool:
    """By news, or by whatever came first: reminders too, of what began before there was a Rayne.

    A later reminder opens nothing, so an incident that was there before anybody wished to be told
    stays quiet.
    """
    first = min(incident.event_ids, default=None)
    return any(alert.transition.is_news or alert.event_id == first for alert in alerts)


def _worsens(incident: Incident, alerts: Sequence[IncidentAlert], opened: Notice) -> bool:
    """It began with a warning or without data, and now something alerts."""
    if opened.status is AlertStatus.ALERT or incident.state is IncidentState.RESOLVED:
        return False
    return any(a.transition.is_news and a.status is AlertStatus.ALERT for a in alerts)


def _notices(
    incident: Incident, occasion: Occasion, alerts: Sequence[IncidentAlert]
) -> tuple[Notice, ...]:
    worst = max((alert.status for alert in alerts), key=_GRAVITY.index)
    return (Notice(incident_id=incident.id, occasion=occasion, status=worst),)
