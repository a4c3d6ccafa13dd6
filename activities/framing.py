"""Fix what an analysis looks at, once, before anything is asked."""

from collections.abc import Iterable
from datetime import timedelta

from temporalio import activity

from domain.alerts import Alert
from domain.analysis import AnalysisKey, AnalystKind
from domain.case import Frame
from domain.evidence import Window
from domain.incidents import Incident
from domain.investigation import Budget, DailyBudget
from domain.monitor_query import metric_of
from domain.ports import Analyses, Incidents
from domain.values import Value


class FramingRules(Value):
    """How far an analysis looks, whom it asks first, and what it may spend."""

    before: timedelta = timedelta(minutes=25)
    after: timedelta = timedelta(minutes=5)
    lookback: timedelta = timedelta(hours=6)
    analyst: AnalystKind = AnalystKind.RULES
    model_deadline: timedelta = timedelta(minutes=15)
    budget: Budget = Budget()
    daily: DailyBudget = DailyBudget()


class FramingActivities:
    def __init__(self, incidents: Incidents, analyses: Analyses, rules: FramingRules) -> None:
        self._incidents = incidents
        self._analyses = analyses
        self._rules = rules

    @activity.defn
    async def frame_analysis(self, key: AnalysisKey) -> Frame:
        """Safe to repeat: upserts by key; a repeat only takes in alerts that joined meanwhile."""
        incident = await self._incidents.get_incident(key.incident_id)
        alerts = await self._incidents.alerts_of(key.incident_id)
        frame = frame_of(key, incident, alerts, self._rules)
        await self._analyses.open_analysis(frame)
        return frame


def frame_of(
    key: AnalysisKey, incident: Incident, alerts: tuple[Alert, ...], rules: FramingRules
) -> Frame:
    """The window hangs on the first alert, never on now: a late run looks at the same minutes."""
    moment = incident.first_alert_at
    window = Window.around(moment, before=rules.before, after=rules.after)
    return Frame(
        incident_id=key.incident_id,
        number=key.number,
        incident_key=incident.key,
        title=incident.title,
        first_alert_at=moment,
        window=window,
        changes=Window(start=moment - rules.lookback, end=window.end),
        monitor_id=incident.monitor_id,
        hosts=_distinct(alert.label("host") for alert in alerts),
        services=_distinct((incident.service, *(alert.label("service") for alert in alerts))),
        env=incident.env,
        scope=alerts[0].scope if alerts else (),
        metric_query=next((found for a in alerts if (found := metric_of(a.query))), ""),
        analyst=rules.analyst,
        model_deadline=rules.model_deadline,
        budget=rules.budget,
        daily=rules.daily,
    )


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
