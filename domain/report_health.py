"""How the services around an incident fared: requests, errors and latency, before and in it."""

from collections.abc import Iterable

from domain.analysis import Conclusion
from domain.evidence import MetricSeries, Source, SourceStatus, Window
from domain.markdown import table, text, visible
from domain.metric_onset import MetricReading, read_metric
from domain.notebook import ServiceGraphCell
from domain.report_facts import Report, moment

HEADING = "## Service health"
MAX_ROWS = 24
MAX_SERVICES = 2  # that get graphs

# In the order of reading; the graphs are of the last two, which say what callers notice.
NAMES = {"hits": "requests", "error_rate": "error rate", "latency_p99": "latency, p99"}
GRAPHS = ("error_rate", "latency_p99")


def service_health(report: Report) -> list[str]:
    series = [one for one in report.evidence.health if one.query in NAMES]
    if not series:
        return [HEADING, _why_none(report)]
    shown = sorted(series, key=lambda one: (service_of(one), list(NAMES).index(one.query)))
    rows = [_row(one, report.case.frame.window) for one in shown[:MAX_ROWS]]
    return [HEADING, table(("Service", "What", "Usually", "In the window", "Change"), rows)]


def health_graphs(report: Report) -> list[ServiceGraphCell]:
    """Of the service that failed first and of the alerting one, as far as they are traced."""
    traced = {service_of(series) for series in report.evidence.health}
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


def service_of(series: MetricSeries) -> str:
    """The service in a health series' scope, or ""."""
    pairs = (tag.partition(":") for tag in series.scope.split(","))
    return next((value for key, _, value in pairs if key == "service"), "")


def _interesting(report: Report, conclusion: Conclusion) -> Iterable[str]:
    names = (conclusion.first_failing_service, *report.services)
    return dict.fromkeys(name for name in names if name)


def _row(series: MetricSeries, window: Window) -> tuple[str, ...]:
    reading = read_metric(series, window)
    return (
        text(service_of(series)),
        NAMES[series.query],
        _amount(reading.baseline_median, series),
        f"{_amount(reading.window_lowest, series)} to {_amount(reading.window_highest, series)}",
        _change(reading),
    )


def _amount(value: float | None, series: MetricSeries) -> str:
    """Latency in milliseconds, rates in percent: nobody reads fractions at night."""
    if value is None:
        return "not known"
    if series.query == "error_rate":
        return f"{value:.1%}"
    if series.query.startswith("latency"):
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
