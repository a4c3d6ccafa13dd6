"""The frame: what an analysis looks at, fixed by the alert and not by the clock."""

from datetime import timedelta
from decimal import Decimal

from activities.framing import FramingRules, frame_of
from domain.analysis import AnalysisKey
from domain.case import Frame
from domain.incidents import Incident
from domain.investigation import Budget, DailyBudget
from tests.factories import NOON, an_alert, an_incident

KEY = AnalysisKey(incident_id=7, number=1)


def frame(incident: Incident | None = None, **alert: object) -> Frame:
    return frame_of(KEY, incident or an_incident(), (an_alert(**alert),), FramingRules())


def test_the_window_hangs_on_the_first_alert() -> None:
    window = frame().window

    assert (window.start, window.end) == (
        NOON - timedelta(minutes=25),
        NOON + timedelta(minutes=5),
    )


def test_changes_are_looked_for_six_hours_back() -> None:
    assert frame().changes.start == NOON - timedelta(hours=6)


def test_every_service_and_host_that_alerted_is_looked_at_once() -> None:
    alerts = (
        an_alert(hostname="web-1", service="checkout"),
        an_alert(hostname="web-2", service="payments"),
        an_alert(hostname="web-1", service="checkout"),
    )

    found = frame_of(KEY, an_incident(), alerts, FramingRules())

    assert (found.hosts, found.services) == (("web-1", "web-2"), ("checkout", "payments"))


def test_the_alerts_own_query_gives_the_metric() -> None:
    assert frame(query="avg(last_5m):avg:a.b{c:d} > 1").metric_query == "avg:a.b{c:d}"


def test_what_may_be_spent_is_fixed_with_the_frame() -> None:
    rules = FramingRules(budget=Budget(turns=3), daily=DailyBudget(dollars=Decimal(9)))

    found = frame_of(KEY, an_incident(), (an_alert(),), rules)

    assert (found.budget, found.daily) == (rules.budget, rules.daily)
