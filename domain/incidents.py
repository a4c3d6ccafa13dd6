"""Incidents and their episodes: which alerts are looked at together."""

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from domain.alerts import Alert, AlertStatus, Transition
from domain.mutings import Muting
from domain.notebook import NotebookReference
from domain.values import Value

# As many as an analysis or a reader makes sense of; a storm's others are counted, not read.
MAX_ALERTS = 200


class IncidentState(StrEnum):
    OPEN = "open"  # takes new episodes of its group
    IDLE = "idle"  # nothing came for `group_idle`; takes only its own episodes' recoveries
    RESOLVED = "resolved"  # every episode recovered


class Occasion(StrEnum):
    """Why people are told of an incident, in the order in which it comes to that."""

    OPENED = "opened"
    WORSENED = "worsened"  # it began milder, and alerts now
    ANALYSED = "analysed"
    UNEXPLAINED = "unexplained"  # its analysis failed
    RESOLVED = "resolved"

    @property
    def is_about_analyses(self) -> bool:
        return self in {Occasion.ANALYSED, Occasion.UNEXPLAINED}


class GroupingRules(Value):
    """Alertmanager's words. Times are how long to wait, never a moment."""

    group_by: tuple[str, ...] = ("env", "service")
    group_wait: timedelta = timedelta(seconds=10)
    group_idle: timedelta = timedelta(minutes=30)
    analyze_no_data: bool = False


class Episode(Value):
    """One alert from trigger to recovery."""

    key: str
    monitor_id: int | None = None
    title: str = ""
    scope: tuple[str, ...] = ()
    started_at: AwareDatetime
    recovered_at: AwareDatetime | None = None


class IncidentAlert(Value):
    """One delivery as its incident's workflow gets it: small, for it stays in the history."""

    event_id: int  # the stored event's, the deduplication key
    episode_key: str
    transition: Transition
    status: AlertStatus
    happened_at: AwareDatetime
    title: str = ""  # at most 200 characters
    monitor_id: int | None = None
    service: str = ""
    priority: str = ""

    def starts_analysis(self, rules: GroupingRules) -> bool:
        """Whether this delivery alone is a reason to analyse."""
        if not self.transition.is_news:
            return False
        if self.status is AlertStatus.NO_DATA:
            return rules.analyze_no_data
        return True


class IncidentStart(Value):
    """What starts an incident's workflow; everything else it reads from the database."""

    incident_id: int
    incident_key: str
    rules: GroupingRules = GroupingRules()
    analysis_failed: str = ""  # why, where an earlier stretch of the same run knows


class Dispatch(Value):
    """What the relay hands to one incident's workflow in one signal."""

    incident_id: int
    incident_key: str
    alerts: tuple[IncidentAlert, ...]
    traceparents: tuple[str, ...] = ()  # the traces that the alerts came in; in no history


class Incident(Value):
    """An incident as the database holds it. `key`, 10 hex digits, is unique over installations."""

    id: int
    key: str
    state: IncidentState
    title: str
    group_key: str
    service: str = ""
    env: str = ""
    monitor_id: int | None = None
    priority: str = ""
    opened_at: AwareDatetime  # when Rayne opened it
    first_alert_at: AwareDatetime  # when the first alert happened: windows hang on this
    last_alert_at: AwareDatetime
    ended_at: AwareDatetime | None = None
    episodes: tuple[Episode, ...] = ()
    event_ids: tuple[int, ...] = ()  # every delivery that joined
    analyses: int = 0  # how many were started
    outcome: str = ""  # of the latest finished analysis
    closed_by: str = ""  # a person; "" where it ended by itself
    closed_why: str = ""
    merged_into: int | None = None
    notebook: NotebookReference | None = None
    downtimes: tuple[Muting, ...] = ()  # Rayne's own, oldest first

    @property
    def notebook_url(self) -> str:
        """Empty while there is no notebook."""
        return self.notebook.url if self.notebook else ""

    @property
    def ended_by_hand(self) -> str:
        """Who ended it, and why or for which other; "" where it recovered by itself."""
        if self.merged_into:
            return f"merged into incident {self.merged_into} by {self.closed_by}"
        why = f": {self.closed_why}" if self.closed_why else ""
        return f"closed by {self.closed_by}{why}" if self.closed_by else ""

    @property
    def recovered_at(self) -> AwareDatetime | None:
        """When the last episode recovered; None while one is still alerting."""
        ends = [episode.recovered_at for episode in self.episodes]
        if not ends or any(end is None for end in ends):
            return None
        return max(end for end in ends if end is not None)


class IncidentSnapshot(Value):
    """What the incident's workflow decides by: small, for every look stays in the history."""

    id: int
    title: str
    state: IncidentState
    service: str = ""
    monitor_id: int | None = None
    outcome: str = ""
    analyses: int = 0
    deliveries: int = 0  # how many have joined
    recovered_at: AwareDatetime | None = None  # None while an episode is still alerting
    has_news: bool = False  # something joined that is neither reminder, recovery nor No Data
    has_no_data: bool = False  # the same of No Data
    merged_into: int | None = None
    told: tuple[Occasion, ...] = ()  # what people were told of it, or are about to be

    def calls_for_analysis(self, rules: GroupingRules) -> bool:
        """Whether something that joined is a reason to analyse."""
        return self.has_news or (self.has_no_data and rules.analyze_no_data)

    def to_tell(self, *, analysis_failed: bool) -> Occasion | None:
        """What came of its analysis, where people know of the incident and not of that."""
        if Occasion.OPENED not in self.told:
            return None
        occasion = Occasion.ANALYSED if self.outcome else Occasion.UNEXPLAINED
        has_ended = bool(self.outcome) or analysis_failed
        return occasion if has_ended and occasion not in self.told else None


class Ending(Value):
    """A wish to end an incident, as long as no more than `deliveries` have joined it."""

    incident_id: int
    state: IncidentState
    deliveries: int
    ended_at: AwareDatetime


def group_key(alert: Alert, rules: GroupingRules) -> str:
    """Names the incident that an alert belongs to while that incident is open.

    All `group_by` labels, else the monitor, else whatever still tells this alert from others.
    """
    labels = [alert.label(key) for key in rules.group_by]
    if labels and all(labels):
        pairs = ",".join(f"{k}={v}" for k, v in zip(rules.group_by, labels, strict=True))
        return f"{alert.org_id}|{pairs}"
    if alert.monitor_id is not None:
        return f"{alert.org_id}|monitor={alert.monitor_id}"
    return f"{alert.org_id}|episode={episode_key(alert)}"


def episode_key(alert: Alert) -> str:
    """Names one alert from trigger to recovery.

    The cycle key is unique to the episode. Without it the same key comes back after a recovery,
    so it names an episode only until then.
    """
    if alert.cycle_key:
        return f"{alert.org_id}|cycle={alert.cycle_key}"
    scope = ",".join(alert.scope)
    if alert.monitor_id is not None:
        return f"{alert.org_id}|monitor={alert.monitor_id}|{scope}"
    name = alert.aggregation_key or alert.monitor_name or alert.title
    return f"{alert.org_id}|{name}|{scope or alert.hostname}"
