"""The monitors of a shop that does not exist, and what each would say in each state."""

from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import AwareDatetime

from domain.alerts import AlertStatus
from domain.demo_draws import Draws
from domain.values import Value

ENVS = ("prod", "staging")
FIRST_ID = 71_000_001  # of the monitor ids; the same monitor has the same id under every seed


class Service(NamedTuple):
    name: str
    team: str
    hosts: tuple[str, ...]
    roles: tuple[str, ...]


class Kind(NamedTuple):
    """What a monitor watches. It alerts above `critical`, and never shows more than `most`."""

    name: str
    role: str  # of the services that have such a thing
    metric: str
    unit: str
    warning: int
    critical: int
    most: int
    normal: int
    priority: int


SERVICES = (
    Service("checkout", "shop", ("web-01", "web-02"), ("host", "http")),
    Service("cart", "shop", ("web-03",), ("host", "http", "cache")),
    Service("catalog", "shop", ("api-01",), ("host", "http", "cache")),
    Service("payments", "payments", ("api-02",), ("host", "http", "database")),
    Service("accounts", "identity", ("api-03",), ("host", "http")),
    Service("search", "discovery", ("cache-01",), ("host", "http", "cache")),
    Service("orders-db", "platform", ("db-01", "db-02"), ("host", "database")),
    Service("mailer", "growth", ("worker-01",), ("host", "queue")),
    Service("invoicing", "payments", ("worker-02", "scheduler-01"), ("host", "queue", "jobs")),
    Service("edge", "platform", ("lb-01",), ("host", "http")),
)

KINDS = (
    Kind("CPU usage is high", "host", "system.cpu.user", "%", 75, 90, 100, 60, 3),
    Kind("Memory is running out", "host", "system.mem.pct_used", "%", 80, 92, 100, 65, 3),
    Kind("Disk is nearly full", "host", "system.disk.pct_used", "%", 80, 92, 100, 70, 3),
    Kind("Disk wait is high", "host", "system.cpu.iowait", "%", 20, 40, 95, 8, 4),
    Kind("Containers are restarting", "host", "kubernetes.containers.restarts", "", 3, 6, 30, 1, 3),
    Kind("Error rate is high", "http", "trace.http.request.error_rate", "%", 2, 5, 60, 1, 1),
    Kind("Latency is high", "http", "trace.http.request.p95", " ms", 800, 2000, 9000, 400, 2),
    Kind("Too many 5xx responses", "http", "nginx.responses.5xx", "/min", 20, 100, 2500, 5, 2),
    Kind(
        "Connections are used up", "database", "postgresql.connections.pct", "%", 80, 95, 100, 60, 2
    ),
    Kind(
        "Replication is behind",
        "database",
        "postgresql.replication_delay",
        " s",
        30,
        120,
        900,
        5,
        2,
    ),
    Kind("Cache evicts too much", "cache", "redis.keys.evicted", "/s", 100, 500, 4000, 20, 4),
    Kind("Queue is growing", "queue", "rabbitmq.queue.messages", "", 5000, 20000, 90000, 900, 3),
    Kind("Scheduled job is late", "jobs", "jobs.delay", " min", 10, 30, 240, 4, 4),
)


class DemoMonitor(Value):
    """One monitor. Two seeds that both have it have it alike."""

    id: int
    kind: int  # its place in KINDS
    service: str
    team: str
    env: str
    hosts: tuple[str, ...]

    @property
    def name(self) -> str:
        where = self.service if self.env == "prod" else f"{self.service} ({self.env})"
        return f"{KINDS[self.kind].name} on {where}"

    @property
    def query(self) -> str:
        kind = KINDS[self.kind]
        where = f"env:{self.env},service:{self.service}"
        return f"avg(last_5m):avg:{kind.metric}{{{where}}} by {{host}} > {kind.critical}"

    @property
    def metric(self) -> str:
        return KINDS[self.kind].metric

    @property
    def priority(self) -> int:
        """Of the five, one lower where no customer is."""
        return KINDS[self.kind].priority + (self.env != "prod")

    @property
    def tags(self) -> tuple[str, ...]:
        return (f"env:{self.env}", f"service:{self.service}", f"team:{self.team}")

    @property
    def message(self) -> str:
        return f"{KINDS[self.kind].name} on {self.service}. @webhook-rayne @slack-{self.team}"

    def said(self, status: AlertStatus, host: str, draws: Draws) -> str:
        """What the monitor says of its state on one host, with a value that fits the state."""
        kind = KINDS[self.kind]
        if status is AlertStatus.NO_DATA:
            return f"{kind.metric} of {host} has sent no data for 5 minutes."
        if status is AlertStatus.OK:
            value = draws.between(0, kind.normal)
            return f"{kind.metric} of {host} is back at {value}{kind.unit}."
        is_alert = status is AlertStatus.ALERT
        bound, most = (kind.critical, kind.most) if is_alert else (kind.warning, kind.critical)
        value = draws.between(bound + 1, most)
        return f"{kind.metric} of {host} is {value}{kind.unit}, above {bound}{kind.unit}."


class DemoMonitorAge(NamedTuple):
    created: AwareDatetime
    modified: AwareDatetime


def demo_monitors(seed: int, count: int) -> tuple[DemoMonitor, ...]:
    """The seed's first `count` monitors, at most `len(ALL)`: those of production come first."""
    ordered = sorted(ALL, key=lambda monitor: _order(seed, monitor))
    return tuple(ordered[:count])


def age(seed: int, monitor: DemoMonitor, now: datetime) -> DemoMonitorAge:
    """Created within 30 days before `now`, last changed within 24 hours."""
    draws = Draws(seed, "age", monitor.id)
    modified = now - timedelta(minutes=draws.between(1, 24 * 60 - 1))
    created = now - timedelta(minutes=draws.between(24 * 60, 30 * 24 * 60 - 1))
    return DemoMonitorAge(created, modified)


def _order(seed: int, monitor: DemoMonitor) -> tuple[int, int]:
    return ENVS.index(monitor.env), Draws(seed, "order", monitor.id).below(2**32)


def _all() -> tuple[DemoMonitor, ...]:
    wanted = [
        (env, number, service)
        for env in ENVS
        for number, kind in enumerate(KINDS)
        for service in SERVICES
        if kind.role in service.roles
    ]
    return tuple(
        DemoMonitor(
            id=FIRST_ID + place,
            kind=number,
            service=service.name,
            team=service.team,
            env=env,
            hosts=service.hosts,
        )
        for place, (env, number, service) in enumerate(wanted)
    )


ALL = _all()
