"""Reads one scenario folder, and moves it in time.

Every file but webhook.json may be missing. `expected.json` is the scorer's and never read here.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from dd_lib.sandbox.moments import from_milliseconds
from dd_lib.sandbox.records import (
    EventRecord,
    HostRecord,
    IncidentRecord,
    LogRecord,
    MetricRecord,
    MonitorRecord,
    Record,
    Scenario,
    SpanRecord,
    Synopsis,
    Telemetry,
)
from domain.errors import InvalidInput, NotFound

R = TypeVar("R", bound=Record)
METRIC_COLUMNS = ("timestamp", "metric", "value", "tags")
_TITLE_PREFIX = re.compile(r"(?:\[[^\]]*\]\s*)+")  # "[P1] [Triggered on {host:a}] "
BODY = TypeAdapter(dict[str, JsonValue])


def list_scenarios(folder: Path) -> tuple[Synopsis, ...]:
    """Every folder with a webhook.json, by name. Raises InvalidInput for a broken webhook.

    Their telemetry is left unread: all of it takes seconds.
    """
    found = sorted(path.parent.name for path in folder.glob("*/webhook.json"))
    return tuple(_read_synopsis(folder / name) for name in found)


def read_scenarios(folder: Path) -> tuple[Scenario, ...]:
    """The same, whole. Raises InvalidInput for a broken one."""
    return tuple(read_scenario(folder, synopsis.name) for synopsis in list_scenarios(folder))


def read_scenario(folder: Path, name: str) -> Scenario:
    """Raises NotFound, or InvalidInput naming file, line and field."""
    path = folder / name
    if path.parent != folder or not (path / "webhook.json").is_file():
        raise NotFound(f"there is no scenario {name!r} in {folder}")
    synopsis = _read_synopsis(path)
    return Scenario(**synopsis.model_dump(), telemetry=_read_telemetry(path))


def _read_synopsis(path: Path) -> Synopsis:
    webhook = _read_webhook(path / "webhook.json")
    return Synopsis(
        name=path.name,
        kind=str(webhook.get("event_type") or ""),
        title=_TITLE_PREFIX.sub("", str(webhook.get("title") or path.name)),
        alert_at=_alert_time(path / "webhook.json", webhook),
        webhook=webhook,
    )


def _read_webhook(path: Path) -> dict[str, JsonValue]:
    body = _parse_json(path, path.read_text(encoding="utf-8"))
    if not isinstance(body, dict):
        raise InvalidInput(f"{path}: must hold one JSON object")
    return BODY.validate_python(body)


def _alert_time(path: Path, webhook: dict[str, JsonValue]) -> datetime:
    stamp = webhook.get("date") or webhook.get("last_updated")
    try:
        return from_milliseconds(int(str(stamp)))
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{path}: field 'date' must be epoch milliseconds, not {stamp!r}"
        ) from error


def _read_telemetry(folder: Path) -> Telemetry:
    return Telemetry(
        logs=_read_lines(folder / "logs.ndjson", LogRecord),
        metrics=_read_metrics(folder / "metrics.csv"),
        spans=_read_lines(folder / "spans.ndjson", SpanRecord),
        events=_read_lines(folder / "events.ndjson", EventRecord),
        hosts=_read_list(folder / "hosts.json", HostRecord),
        monitors=_read_list(folder / "monitors.json", MonitorRecord),
        incidents=_read_list(folder / "incidents.json", IncidentRecord),
    )


def _read_lines(path: Path, record: type[R]) -> tuple[R, ...]:
    return tuple(
        _validate(f"{path}:{number}", record, _parse_json(f"{path}:{number}", line))
        for number, line in _lines(path)
        if line.strip()
    )


def _read_metrics(path: Path) -> tuple[MetricRecord, ...]:
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = set(METRIC_COLUMNS) - set(rows.fieldnames or ())
        if missing:
            raise InvalidInput(f"{path}:1: column {min(missing)!r} is missing")
        return tuple(
            _validate(f"{path}:{rows.line_num}", MetricRecord, _metric_fields(row)) for row in rows
        )


def _metric_fields(row: dict[str, str]) -> dict[str, object]:
    tags = tuple(tag for tag in (row["tags"] or "").split(";") if tag)
    return {**row, "tags": tags}


def _read_list(path: Path, record: type[R]) -> tuple[R, ...]:
    if not path.exists():
        return ()
    entries = _parse_json(path, path.read_text(encoding="utf-8"))
    if not isinstance(entries, list):
        raise InvalidInput(f"{path}: must hold one JSON list")
    return tuple(
        _validate(f"{path}: entry {number}", record, entry)
        for number, entry in enumerate(entries, start=1)
    )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from enumerate(file, start=1)


def _parse_json(place: Path | str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{place}: is not JSON: {error}") from error


def _validate(place: str, record: type[R], fields: object) -> R:
    validate: Callable[[object], R] = record.model_validate
    try:
        return validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        raise InvalidInput(f"{place}: field {field!r}: {first['msg']}") from error
