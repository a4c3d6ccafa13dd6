"""Collects what happened around one alert, and writes it as a scenario folder.

Times are minutes from the alert: negative is before. The same seed tells the same story.
"""

import json
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

BASELINE = -360  # minutes: where telemetry begins
WINDOW = -25  # minutes: where an analysis looks closely
END = 10  # minutes: where telemetry ends
APP = "https://app.datadoghq.com"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Json = dict[str, object]


@dataclass(frozen=True)
class Monitor:
    id: int
    name: str
    type: str
    event_type: str
    query: str
    metric: str
    message: str
    priority: str = "P2"


@dataclass(frozen=True)
class Scope:
    """Where the alert is: what the webhook says about itself."""

    service: str
    host: str
    team: str
    pairs: tuple[str, ...]
    env: str = "prod"


@dataclass
class Story:
    name: str
    alert_at: datetime
    seed: int
    logs: list[Json] = field(default_factory=list)
    metrics: list[tuple[str, str, float, str]] = field(default_factory=list)
    spans: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    hosts: list[Json] = field(default_factory=list)
    monitors: list[Json] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)
    expected: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311  repeatable, not secret

    def log(
        self, at: float, service: str, message: str, status: str = "info", **more: object
    ) -> None:
        """`more`: host, version, and anything else as an attribute ("http__status_code")."""
        host = str(more.pop("host", f"{service}-1"))
        version = more.pop("version", None)
        tags = ["env:prod", f"service:{service}", *([f"version:{version}"] if version else [])]
        self.logs.append(
            {
                "timestamp": self._iso(at),
                "status": status,
                "service": service,
                "host": host,
                "message": message,
                "tags": tags,
                "attributes": nested(more),
            }
        )

    def metric(self, name: str, tags: Iterable[str], value: Callable[[int], float]) -> None:
        """One point a minute from BASELINE to END."""
        joined = ";".join(tags)
        for minute in range(BASELINE, END + 1):
            self.metrics.append((self._iso(minute), name, round(value(minute), 3), joined))

    def span(
        self, at: float, service: str, resource: str, duration_ms: float, **more: object
    ) -> str:
        """Returns its id. `more`: trace_id, parent_id, host, error; span_id and version, if any."""
        span_id = str(more.get("span_id") or self.number())
        version = [f"version:{more['version']}"] if more.get("version") else []
        self.spans.append(
            {
                "start": self._iso(at),
                "duration_ms": round(duration_ms, 1),
                "service": service,
                "resource": resource,
                "host": more.get("host", f"{service}-1"),
                "trace_id": more["trace_id"],
                "span_id": span_id,
                "parent_id": more.get("parent_id"),
                "error": bool(more.get("error")),
                "tags": ["env:prod", f"service:{service}", *version],
            }
        )
        return span_id

    def event(self, at: float, source: str, title: str, text: str, *tags: str) -> str:
        """Returns its id."""
        event_id = self.number()
        self.events.append(
            {
                "id": event_id,
                "timestamp": self._iso(at),
                "source": source,
                "title": title,
                "text": text,
                "tags": list(tags),
            }
        )
        return event_id

    def host(self, name: str, apps: list[str], tags: list[str], **metrics: float) -> None:
        self.hosts.append(
            {"name": name, "up": True, "apps": apps, "tags": tags, "metrics": metrics}
        )

    def monitor(self, monitor: Monitor, tags: list[str], state: str) -> None:
        self.monitors.append(
            {
                "id": monitor.id,
                "name": monitor.name,
                "type": monitor.type,
                "query": monitor.query,
                "message": monitor.message,
                "tags": tags,
                "overall_state": state,
            }
        )

    def alert(self, monitor: Monitor, scope: Scope, status: str) -> None:
        """The webhook, the alert's own event, and the monitor; `status` is Datadog's sentence."""
        tags = [f"env:{scope.env}", "monitor", f"service:{scope.service}", f"team:{scope.team}"]
        title = f"[Triggered on {{{','.join(scope.pairs)}}}] {monitor.name}"
        event_id = self.event(0, "alert", title, f"{monitor.message}\n\n{status}", *tags)
        self.monitor(monitor, tags, "Alert")
        self.webhook = self._webhook(monitor, scope, event_id, title, status, tags)

    def _webhook(
        self,
        monitor: Monitor,
        scope: Scope,
        event_id: str,
        title: str,
        status: str,
        tags: list[str],
    ) -> Json:
        now = milliseconds(self.alert_at)
        around = f"from_ts={now - 900_000}&to_ts={now + 300_000}"
        return {
            "schema": "rayne/1",
            "id": event_id,
            "monitor_id": str(monitor.id),
            "alert_title": title,
            "alert_transition": "Triggered",
            "alert_type": "error",
            "alert_status": status,
            "alert_cycle_key": self.number(),
            "aggreg_key": f"{self.random.getrandbits(128):032x}",
            "scope": ",".join(scope.pairs),
            "tags": ",".join(sorted({*tags, *scope.pairs})),
            "hostname": scope.host,
            "service": scope.service,
            "env": scope.env,
            "APPLICATION_TEAM": scope.team,
            "metric": monitor.metric,
            "query": monitor.query,
            "alert_priority": monitor.priority,
            "event_type": monitor.event_type,
            "title": f"[{monitor.priority}] {title}",
            "body": f"{monitor.message}\n\n{status}\n\n"
            f"[Monitor]({APP}/monitors/{monitor.id}?{around}&event_id={event_id})",
            "date": str(now),
            "last_updated": str(now),
            "link": f"{APP}/event/event?id={event_id}",
            "snapshot_url": "",
            "org": {"id": "481516", "name": "Acme Retail"},
        }

    def number(self) -> str:
        """19 digits, like Datadog's ids."""
        return str(self.random.randrange(10**18, 9 * 10**18))

    def moments(self, count: int, start: float, end: float) -> list[float]:
        """`count` moments, evenly strewn with jitter, in order."""
        step = (end - start) / count
        return [start + (i + self.random.random()) * step for i in range(count)]

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_lines(folder / "logs.ndjson", sorted(self.logs, key=lambda x: str(x["timestamp"])))
        write_lines(folder / "spans.ndjson", sorted(self.spans, key=lambda x: str(x["start"])))
        write_lines(
            folder / "events.ndjson", sorted(self.events, key=lambda x: str(x["timestamp"]))
        )
        rows = ["timestamp,metric,value,tags"]
        rows += [f"{at},{name},{value:g},{tags}" for at, name, value, tags in self.metrics]
        (folder / "metrics.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        for name in ("webhook", "hosts", "monitors", "expected"):
            text = json.dumps(getattr(self, name), indent=2)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    def _iso(self, minutes: float) -> str:
        moment = self.alert_at + timedelta(milliseconds=round(minutes * 60_000))
        text = moment.isoformat(timespec="seconds" if not moment.microsecond else "milliseconds")
        return text.replace("+00:00", "Z")


def nested(flat: Json) -> Json:
    """{"http__status_code": 200} as {"http": {"status_code": 200}}."""
    result: dict[str, dict[str, object]] = {}
    plain: Json = {}
    for key, value in flat.items():
        head, _, rest = key.partition("__")
        if rest:
            result.setdefault(head, {})[rest] = value
        else:
            plain[key] = value
    return {**plain, **result}


def milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def write_lines(path: Path, entries: list[Json]) -> None:
    text = "".join(json.dumps(entry, separators=(",", ":")) + "\n" for entry in entries)
    path.write_text(text, encoding="utf-8")
