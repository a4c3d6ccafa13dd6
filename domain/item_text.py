"""Evidence in words: the one text of each item, from which alone a claim may quote.

One fact a line, "name: value"; absent facts have no line. Free text comes last, so that a line
inside it that looks like a fact cannot come before the real one.
"""

from datetime import UTC, datetime

from domain.evidence import DatadogEvent, Host, LogLine, MetricSeries, Monitor, Window
from domain.log_patterns import LogPattern
from domain.memory import SimilarIncident, Standing
from domain.metric_onset import MetricReading, MetricShift

MAX_TEXT = 2_000  # characters of one item
MAX_FACT = 600  # characters of one fact that is not free text
CUT = " […cut]"

Facts = dict[str, str]


def log_text(line: LogLine) -> str:
    facts = {
        "time": when(line.logged_at),
        "status": line.status,
        "service": line.service,
        "host": line.host,
        "trace": line.trace_id,
        "tags": ", ".join(line.tags),
    }
    return render(facts, free={"message": line.message})


def pattern_text(pattern: LogPattern) -> str:
    facts = {
        "pattern": pattern.template,
        "example": pattern.example,
        "status": pattern.status,
        "service": pattern.service,
        "versions": ", ".join(pattern.versions),
        "change": pattern.change.value,
        "lines in the window": str(pattern.count),
        "lines in the baseline": str(pattern.baseline_count),
        "rate against the baseline": _times(pattern.factor),
        "first seen": when(pattern.first_seen_at),
        "began": when(pattern.began_at),
        "last seen": when(pattern.last_seen_at),
    }
    return render(facts)


def event_text(event: DatadogEvent) -> str:
    facts = {
        "time": when(event.happened_at),
        "event id": event.event_id,
        "source": event.source,
        "title": event.title,
        "tags": ", ".join(event.tags),
    }
    return render(facts, free={"text": event.text})


def host_text(host: Host) -> str:
    facts = {
        "host": host.name,
        "state": "up and reporting" if host.up else "down, not reporting",
        "muted": "yes" if host.muted else "",
        "cpu": _percent(host.cpu),
        "iowait": _percent(host.iowait),
        "normalised load": number(host.load),
        "apps": ", ".join(host.apps),
        "sources": ", ".join(host.sources),
        "tags": ", ".join(host.tags),
    }
    return render(facts)


def monitor_text(monitor: Monitor) -> str:
    facts = {
        "monitor": str(monitor.monitor_id),
        "name": monitor.name,
        "type": monitor.type,
        "query": monitor.query,
        "state": monitor.state,
        "creator": monitor.creator,
        "tags": ", ".join(monitor.tags),
    }
    return render(facts, free={"message": monitor.message})


def metric_text(series: MetricSeries, reading: MetricReading, window: Window) -> str:
    facts = {
        "query": series.query,
        "scope": series.scope,
        "unit": series.unit,
        "points": str(reading.points),
        "window": f"{when(window.start)} to {when(window.end)}",
        "baseline median": number(reading.baseline_median),
        "window lowest": number(reading.window_lowest),
        "window highest": number(reading.window_highest),
        **_shift_facts(reading.shift),
    }
    return render(facts)


_STANDINGS = {
    Standing.UNCONFIRMED: "a hypothesis that nobody confirmed",
    Standing.CONFIRMED: "confirmed by people",
    Standing.CORRECTED: "as people corrected it",
    Standing.NOT_USEFUL: "a hypothesis that people found useless",
}


def similar_text(similar: SimilarIncident) -> str:
    past = similar.incident
    facts = {
        "past incident": past.incident_key,
        "happened": when(past.happened_at),
        "title": past.title,
        "service": past.service,
        "env": past.env,
        "outcome": past.outcome.value,
        "cause": _STANDINGS[past.standing],
        "category": past.category,
        "culprit change": past.culprit_change,
        "similarity": number(similar.similarity),
        "why it came back": "; ".join(similar.reasons),
        "remediation": past.remediation,
        "summary": past.summary,
    }
    return render(facts, free={"alert in words": past.text})


def when(moment: datetime) -> str:
    """ISO-8601 in UTC; milliseconds only where there are any."""
    unit = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=unit).replace("+00:00", "Z")


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def render(facts: Facts, free: Facts | None = None) -> str:
    """One line for each fact that is known, the free text last; bounded."""
    lines = [
        f"{name}: {_bounded(_one_line(value), MAX_FACT)}" for name, value in facts.items() if value
    ]
    lines += [f"{name}: {value}" for name, value in (free or {}).items() if value]
    return _bounded("\n".join(lines), MAX_TEXT)


def _shift_facts(shift: MetricShift | None) -> Facts:
    if shift is None:
        return {"departure from the baseline": "none found"}
    return {
        "departure from the baseline": shift.direction.value,
        "onset": when(shift.onset_at),
        "peak": f"{number(shift.peak)} at {when(shift.peak_at)}",
        "peak against the median": _times(shift.factor),
        "back to normal": when(shift.returned_at) if shift.returned_at else "not in the window",
    }


def _times(factor: float | None) -> str:
    return "" if factor is None else f"{factor:.3g} times"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{number(value)} %"


def _one_line(value: str) -> str:
    """Without line breaks: a title may not forge the fact that follows it."""
    return " ".join(value.split())


def _bounded(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - len(CUT)] + CUT
