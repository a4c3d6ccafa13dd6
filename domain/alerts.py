"""What Datadog tells us: a monitor changed state."""

from enum import StrEnum

from pydantic import AwareDatetime

from domain.values import Value


class AlertStatus(StrEnum):
    """A monitor's state, in Datadog's spelling."""

    ALERT = "Alert"
    WARN = "Warn"
    NO_DATA = "No Data"
    OK = "OK"


class Transition(StrEnum):
    """`$ALERT_TRANSITION`, in Datadog's spelling. UNKNOWN is a word we have not met."""

    TRIGGERED = "Triggered"
    RE_TRIGGERED = "Re-Triggered"
    WARN = "Warn"
    RE_WARN = "Re-Warn"
    NO_DATA = "No Data"
    RE_NO_DATA = "Re-No Data"
    RENOTIFY = "Renotify"
    RECOVERED = "Recovered"
    UNKNOWN = "Unknown"

    @property
    def is_recovery(self) -> bool:
        return self is Transition.RECOVERED

    @property
    def is_reminder(self) -> bool:
        """Says again what an earlier delivery said; joins an incident, never starts an analysis."""
        return self in _REMINDERS

    @property
    def is_news(self) -> bool:
        """Says something for the first time: neither a recovery nor a reminder."""
        return not (self.is_recovery or self.is_reminder)


_REMINDERS = frozenset(
    {Transition.RE_TRIGGERED, Transition.RE_WARN, Transition.RE_NO_DATA, Transition.RENOTIFY}
)


class Alert(Value):
    """One state change of one monitor group, cleaned of every spelling that Datadog and people use.

    Absent text is "" and an absent monitor is None, never "null", "N/A" or a literal `$VARIABLE`.
    """

    happened_at: AwareDatetime
    transition: Transition
    status: AlertStatus
    transition_text: str = ""  # as it came, for words that we have not met
    event_id: str = ""  # $ID: about 19 digits, so text: it must survive exactly
    org_id: str = ""
    org_name: str = ""
    monitor_id: int | None = None
    monitor_name: str = ""  # the title without its leading [brackets] when nothing better came
    monitor_type: str = ""
    event_type: str = ""
    alert_type: str = ""  # error | warning | success | info
    title: str = ""
    message: str = ""
    cycle_key: str = ""  # $ALERT_CYCLE_KEY: stable from trigger to recovery
    aggregation_key: str = ""
    scope: tuple[str, ...] = ()  # "key:value", sorted, without duplicates
    tags: tuple[str, ...] = ()  # as given, without duplicates; bare words stay bare
    hostname: str = ""
    service: str = ""
    env: str = ""
    team: str = ""
    metric: str = ""
    query: str = ""
    priority: str = ""  # "P1" to "P5"
    link: str = ""
    snapshot_url: str = ""

    def label(self, key: str) -> str:
        """The value of one label, from the alert's own field, else its scope, else its tags."""
        own = {"service": self.service, "env": self.env, "host": self.hostname, "team": self.team}
        if own.get(key):
            return own[key]
        wanted = f"{key}:"
        for pair in (*self.scope, *self.tags):
            if pair.startswith(wanted) and len(pair) > len(wanted):
                return pair[len(wanted) :]
        return ""
