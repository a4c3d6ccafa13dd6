"""What there must be in a sandbox for recorded questions to find what was found then."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.servers.sandbox import write_scenario

Json = dict[str, Any]
Recording = Json
Post = tuple[str, Json]

METRIC = re.compile(r"[a-z0-9]+:([\w.]+)\{")


def scenario_of(session: Sequence[Recording], folder: Path, now: datetime) -> Path:
    """A folder of one scenario, with the telemetry that the recorded answers show."""
    files: dict[str, list[Json]] = {}
    for recording in session:
        for file, convert in FILES.get(_kind(recording), {}).items():
            files.setdefault(file, []).extend(convert(recording))
    unique = {
        file: list({_identity(each): each for each in found}.values())
        for file, found in files.items()
    }
    monitors = unique.get("monitors", [])
    webhook = {"id": "1", "date": _milliseconds(now), "scope": "host:web-1"}
    if monitors:
        webhook |= {"monitor_id": monitors[0]["id"], "alert_transition": "Triggered"}
    points = unique.pop("metrics", [])
    lines = ["timestamp,metric,value,tags", *(",".join(point.values()) for point in points)]
    return write_scenario(folder, webhook=webhook, metrics="\n".join(lines), **unique)


def posts_before(session: Sequence[Recording]) -> Iterator[Post]:
    """What must have been made by requests."""
    for recording in session:
        if convert := POSTS.get(_kind(recording)):
            yield from convert(recording)


def answer_of(recording: Recording) -> Any:
    body = (recording["response"].get("body") or {}).get("value")
    return json.loads(body) if body else None


def _kind(recording: Recording) -> tuple[str, str]:
    """Good answers only tell what there was. Numbers in a path count as one."""
    if recording["response"]["status"] >= 300:
        return "", ""
    path = "/".join(
        "{}" if part.isdigit() else part for part in recording["request"]["path"].split("/")
    )
    return recording["request"]["method"], path


def _identity(entry: Json) -> str:
    return str(entry.get("id") or json.dumps(entry))


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _logs(recording: Recording) -> Iterator[Json]:
    for log in answer_of(recording)["data"]:
        yield log["attributes"]


def _spans(recording: Recording) -> Iterator[Json]:
    for span in answer_of(recording)["data"]:
        known = span["attributes"]
        started, ended = (
            datetime.fromisoformat(known[name]) for name in ("start_timestamp", "end_timestamp")
        )
        yield {
            "start": known["start_timestamp"],
            "duration_ms": (ended - started).total_seconds() * 1000,
            "service": known["service"],
            "resource": known["resource_name"],
            "host": known.get("host", ""),
            "trace_id": known["trace_id"],
            "span_id": known["span_id"],
            "parent_id": known["parent_id"],
            "tags": [f"env:{known['env']}", *known["tags"]],
        }


def _events(recording: Recording) -> Iterator[Json]:
    for event in answer_of(recording)["data"]:
        outer = event["attributes"]
        inner = outer["attributes"]
        yield {
            "id": inner["evt"]["id"],
            "timestamp": outer["timestamp"],
            "source": inner.get("source_type_name") or "my_apps",
            "title": inner["title"],
            "text": outer["message"],
            "tags": outer["tags"],
        }


def _hosts(recording: Recording) -> Iterator[Json]:
    for host in answer_of(recording)["host_list"]:
        tags = [tag for found in host["tags_by_source"].values() for tag in found]
        yield {
            "name": host["name"],
            "up": host["up"],
            "apps": host["apps"],
            "tags": tags,
            "metrics": host["metrics"],
        }


def _monitors(recording: Recording) -> Iterator[Json]:
    answer = answer_of(recording)
    found = answer.get("monitors", [answer]) if isinstance(answer, dict) else answer
    for monitor in found:
        yield {
            "id": monitor["id"],
            "name": monitor["name"],
            "type": monitor["type"],
            "query": monitor["query"],
            "message": monitor.get("message", ""),
            "tags": monitor["tags"],
            "overall_state": monitor.get("overall_state") or monitor.get("status"),
        }


def _grouped_monitors(recording: Recording) -> Iterator[Json]:
    for group in answer_of(recording)["groups"]:
        yield {
            "id": group["monitor_id"],
            "name": group["monitor_name"],
            "type": "query alert",
            "query": "avg(last_5m):avg:a{*} > 1",
        }


def _muted_monitor(recording: Recording) -> Iterator[Json]:
    number = int(recording["request"]["path"].split("/")[4])
    yield {
        "id": number,
        "name": "muted",
        "type": "query alert",
        "query": "avg(last_5m):avg:a{*} > 1",
    }


def _points(recording: Recording) -> Iterator[Json]:
    for series in answer_of(recording)["series"]:
        for stamp, value in series["pointlist"]:
            moment = datetime.fromtimestamp(stamp / 1000).astimezone()
            yield {
                "at": moment.isoformat(),
                "metric": series["metric"],
                "value": str(value),
                "tags": "",
            }


def _asked_for(recording: Recording) -> Iterator[Json]:
    """A point a minute, of every metric that is asked for."""
    attributes = recording["request"]["body"]["value"]["data"]["attributes"]
    end = attributes["to"] // 1000
    for query in attributes["queries"]:
        if metric := METRIC.match(query.get("query", "")):
            for stamp in range(end - 600, end, 60):
                moment = datetime.fromtimestamp(stamp).astimezone()
                yield {"at": moment.isoformat(), "metric": metric[1], "value": "1.5", "tags": ""}


def _services(recording: Recording) -> Iterator[Json]:
    """A service is known by the tags of whatever it runs on."""
    for entity in answer_of(recording)["data"]:
        yield {
            "name": entity["id"],
            "tags": [f"service:{entity['attributes']['name']}", "team:any"],
        }


def _incidents(recording: Recording) -> Iterator[Json]:
    data = answer_of(recording)["data"]
    found = (
        data
        if isinstance(data, list)
        else [each["data"] for each in data["attributes"]["incidents"]]
    )
    for incident in found:
        known = incident["attributes"]
        yield {
            "id": known["public_id"],
            "public_id": known["public_id"],
            "title": known["title"],
            "created": min(known["created"], recording["frozen_at"]),
            "severity": known.get("severity") or "UNKNOWN",
            "state": known.get("state") or "active",
        }


FILES: dict[tuple[str, str], dict[str, Callable[[Recording], Iterator[Json]]]] = {
    ("GET", "/api/v2/logs/events"): {"logs": _logs},
    ("POST", "/api/v2/logs/events/search"): {"logs": _logs},
    ("GET", "/api/v2/spans/events"): {"spans": _spans},
    ("POST", "/api/v2/spans/events/search"): {"spans": _spans},
    ("GET", "/api/v2/events"): {"events": _events},
    ("POST", "/api/v2/events/search"): {"events": _events},
    ("GET", "/api/v1/hosts"): {"hosts": _hosts},
    ("GET", "/api/v1/monitor"): {"monitors": _monitors},
    ("POST", "/api/v1/monitor"): {"monitors": _monitors},
    ("GET", "/api/v1/monitor/{}"): {"monitors": _monitors},
    ("GET", "/api/v1/monitor/search"): {"monitors": _monitors},
    ("GET", "/api/v1/monitor/groups/search"): {"monitors": _grouped_monitors},
    ("GET", "/api/v2/monitor/{}/downtime_matches"): {"monitors": _muted_monitor},
    ("GET", "/api/v1/query"): {"metrics": _points},
    ("POST", "/api/v2/query/scalar"): {"metrics": _asked_for},
    ("POST", "/api/v2/query/timeseries"): {"metrics": _asked_for},
    ("GET", "/api/v2/catalog/entity"): {"hosts": _services},
    ("GET", "/api/v2/incidents"): {"incidents": _incidents},
    ("GET", "/api/v2/incidents/search"): {"incidents": _incidents},
}


def _notebooks(recording: Recording) -> Iterator[Post]:
    for notebook in answer_of(recording)["data"]:
        known = notebook["attributes"]
        kept = {
            name: known[name] for name in ("name", "time", "status", "metadata") if name in known
        }
        cells = [
            {"type": cell["type"], "attributes": cell["attributes"]} for cell in known["cells"]
        ]
        kept["metadata"] = {"type": (kept.get("metadata") or {}).get("type")}
        yield (
            "/api/v1/notebooks",
            {"data": {"type": "notebooks", "attributes": kept | {"cells": cells}}},
        )


def _downtimes(recording: Recording) -> Iterator[Post]:
    for downtime in answer_of(recording)["data"]:
        known = downtime["attributes"]
        kept = {name: known[name] for name in ("scope", "monitor_identifier", "message")}
        yield "/api/v2/downtime", {"data": {"type": "downtime", "attributes": kept}}


def _mute(recording: Recording) -> Iterator[Post]:
    number = int(recording["request"]["path"].split("/")[4])
    attributes = {"scope": "*", "monitor_identifier": {"monitor_id": number}}
    yield "/api/v2/downtime", {"data": {"type": "downtime", "attributes": attributes}}


def _definitions(recording: Recording) -> Iterator[Post]:
    data = answer_of(recording)["data"]
    for definition in data if isinstance(data, list) else [data]:
        yield "/api/v2/services/definitions", definition["attributes"]["schema"]


def _deployments(recording: Recording) -> Iterator[Post]:
    for deployment in answer_of(recording)["data"]:
        known = deployment["attributes"]
        times = {
            name: int(datetime.fromisoformat(known[name]).timestamp()) * 10**9
            for name in ("started_at", "finished_at")
        }
        yield "/api/v2/dora/deployment", {"data": {"attributes": known | times}}


POSTS: dict[tuple[str, str], Callable[[Recording], Iterator[Post]]] = {
    ("GET", "/api/v1/notebooks"): _notebooks,
    ("GET", "/api/v2/downtime"): _downtimes,
    ("GET", "/api/v2/monitor/{}/downtime_matches"): _mute,
    ("GET", "/api/v2/services/definitions"): _definitions,
    ("GET", "/api/v2/services/definitions/service-definition-test"): _definitions,
    ("POST", "/api/v2/dora/deployments"): _deployments,
}
