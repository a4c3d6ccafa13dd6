"""How the services around an incident fared: requests, errors and latency, before and in it."""

from collections.abc import Iterable

from domain.analysis import Conclusion
from domain.evidence import Source, SourceStatus
from domain.markdown import table, text, visible
from domain.metric_onset import MetricReading
from domain.notebook import ServiceGraphCell
from domain.report_facts import Report, moment
from domain.service_health import HealthReading

HEADING = "## Service health"
MAX_ROWS = 24
MAX_SERVICES = 2  # that get graphs

# In the order of reading; the graphs are of the last two, which say what callers notice.
NAMES = {"hits": "requests", "error_rate": "error rate", "latency_p99": "latency, p99"}
GRAPHS = ("error_rate", "latency_p99")


def service_health(report: Report) -> list[str]:
    named = [one for one in report.health if one.statistic in NAMES]
    if not named:
        return [HEADING, _why_none(report)]
    shown = sorted(named, key=lambda one: (one.service, list(NAMES).index(one.statistic)))
    rows = [_row(one) for one in shown[:MAX_ROWS]]
    return [HEADING, table(("Service", "What", "Usually", "In the window", "Change"), rows)]


def health_graphs(report: Report) -> list[ServiceGraphCell]:
    """Of the service that failed first and of the alerting one, as far as they are traced."""
    traced = {one.service for one in report.health}
    services = [name for name in _interesting(report, report.conclusion) if name in traced]
    return [
        ServiceGraphCell(
            title=visible(f"{service}: {NAMES[statistic]}"),
            service=service,
            env=report.case.frame.env,
            statistic=statistic,
        )
        for service in services[:MAX_SERVICES]
        for statistic in GRAPHS
    ]


def _interesting(report: Report, conclusion: Conclusion) -> Iterable[str]:
    names = (conclusion.first_failing_service, *report.services)
    return dict.fromkeys(name for name in names if name)


def _row(health: HealthReading) -> tuple[str, ...]:
    reading, statistic = health.reading, health.statistic
    lowest, highest = reading.window_lowest, reading.window_highest
    return (
        text(health.service),
        NAMES[statistic],
        _amount(reading.baseline_median, statistic),
        f"{_amount(lowest, statistic)} to {_amount(highest, statistic)}",
        _change(reading),
    )


def _amount(value: float | None, statistic: str) -> str:
    """Latency in milliseconds, rates in percent: nobody reads fractions at night."""
    if value is None:
        return "not known"
    if statistic == "error_rate":
        return f"{value:.1%}"
    if statistic.startswith("latency"):
        return f"{value * 1000:,.0f} ms"
    return f"{value:,.3g}"


def _change(reading: MetricReading) -> str:
    if reading.shift is None:
        return "stayed normal" if reading.is_compared else "not known"
    shift = reading.shift
    back = f", normal again at {moment(shift.returned_at)}" if shift.returned_at else ""
    return f"**{shift.direction}** from {moment(shift.onset_at)}{back}"


def _why_none(report: Report) -> str:
    asked = report.source(Source.HEALTH)
    if asked is None:
        return "The analysis did not ask for it."
    if asked.status is SourceStatus.COULD_NOT_ASK:
        return f"It could not be asked for: {text(asked.note)}."
    return "Datadog has no traces of these services."
