"""What a report is made from, and the words that all its sections share."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from typing import NamedTuple

from domain.analysis import Conclusion
from domain.case import Case, Evidence
from domain.evidence import Source, SourceResult
from domain.items import origins_by_id, patterns_by_id, related_by_id
from domain.links import Links
from domain.log_patterns import LogPattern
from domain.monitor_query import metric_of
from domain.notebook import Resolution
from domain.query import all_of, any_of, term
from domain.service_health import HealthReading, read_health
from domain.span_origins import SpanOrigin

MAX_NAMED = 5  # hosts or services that get links of their own
MAX_LISTED = 30
MISSING = "not given"


class Report:
    """One analysis and everything that its sections ask of it."""

    def __init__(
        self,
        case: Case,
        conclusion: Conclusion,
        links: Links,
        resolution: Resolution | None,
        finished_at: datetime,
    ) -> None:
        self.case = case
        self.conclusion = conclusion
        self.links = links
        self.resolution = resolution
        self.finished_at = finished_at

    @property
    def evidence(self) -> Evidence:
        return self.case.evidence

    @property
    def hosts(self) -> tuple[str, ...]:
        return self.case.frame.hosts[:MAX_NAMED]

    @property
    def services(self) -> tuple[str, ...]:
        return self.case.frame.services[:MAX_NAMED]

    @property
    def monitor_name(self) -> str:
        names = (alert.monitor_name or alert.title for alert in self.case.alerts)
        return next((name for name in names if name), self.case.incident.title)

    @property
    def subjects(self) -> str:
        """A query for all that the alerts name: services and hosts, else the environment, or ""."""
        frame = self.case.frame
        services = (term("service", service) for service in frame.services)
        hosts = (term("host", host) for host in frame.hosts)
        return any_of(*services, *hosts) or term("env", frame.env)

    @property
    def metric(self) -> str:
        """The metrics query that the alert is about, or ""."""
        fetched = (series.query for series in self.evidence.metrics)
        monitor = self.evidence.monitor
        watched = metric_of(monitor.query) if monitor else ""
        return self.case.frame.metric_query or next(fetched, "") or watched

    @cached_property
    def patterns(self) -> dict[str, LogPattern]:
        return patterns_by_id(self.evidence, self.case.frame)

    @cached_property
    def related(self) -> dict[str, LogPattern]:
        return related_by_id(self.evidence, self.case.frame)

    @cached_property
    def origins(self) -> dict[str, SpanOrigin]:
        return origins_by_id(self.evidence, self.case.frame)

    @cached_property
    def health(self) -> tuple[HealthReading, ...]:
        return read_health(self.evidence.health, self.case.frame.window)

    def source(self, source: Source) -> SourceResult | None:
        """How asking `source` ended, or None where nobody asked."""
        return next((one for one in self.evidence.sources if one.source is source), None)


class Row(NamedTuple):
    """A line of a table of facts; `value` is markdown."""

    name: str
    value: str


def of_service(service: str, env: str) -> str:
    return all_of(term("service", service), term("env", env))


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def listed(pieces: Iterable[str], without: str = MISSING, most: int = MAX_LISTED) -> str:
    """Pieces of markdown in one line, `without` if there are none; how many more is said."""
    given = [piece for piece in pieces if piece]
    more = f" and {len(given) - most} more" if len(given) > most else ""
    return f"{', '.join(given[:most])}{more}" or without
