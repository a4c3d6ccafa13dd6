"""Finds monitors by Datadog's query, and answers them as its search does."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from dd_lib.sandbox.moments import to_seconds
from dd_lib.sandbox.monitors import Standing
from dd_lib.sandbox.muting import muting
from dd_lib.sandbox.people import HANDLE, NAME
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource, attributes_of, mapping
from dd_lib.sandbox.search import Searchable, parse_query

ORG_ID = 1
STATES = frozenset({"alert", "ignored", "no data", "ok", "skipped", "unknown", "warn"})
_ASKED_STATE = re.compile(r'\b(?:group_)?status:(?:"([^"]*)"|\(([^()]*)\)|([^\s()]+))')


@dataclass(frozen=True, slots=True)
class Found:
    """A monitor as it stands, and the downtimes that silence it."""

    standing: Standing
    downtimes: tuple[Resource, ...]

    @property
    def is_muted(self) -> bool:
        return bool(self.downtimes)

    @property
    def muted_until(self) -> datetime | None:
        """None for ever, or when nothing mutes it."""
        ends = [mapping(attributes_of(each)["schedule"])["end"] for each in self.downtimes]
        if not ends or None in ends:
            return None
        return max(datetime.fromisoformat(str(end)) for end in ends)


_ORDERS: Mapping[str, Callable[[Found], str]] = {
    "name": lambda found: found.standing.monitor.name,
    "status": lambda found: found.standing.status,
    "tags": lambda found: ",".join(found.standing.monitor.tags),
}


def find(
    standings: Iterable[Standing], downtimes: Iterable[Resource], query: str, now: datetime
) -> list[Found]:
    """Raises Refusal for a state that there is not, InvalidInput for what cannot be read."""
    _check_states(query)
    asked, known = parse_query(query), tuple(downtimes)
    every = [Found(each, tuple(muting(each, known, now))) for each in standings]
    return [found for found in every if asked(_searchable(found))]


def in_order(found: list[Found], sort: str) -> list[Found]:
    """Raises Refusal for an order that Datadog does not know."""
    field, _, direction = sort.partition(",")
    if field not in _ORDERS or direction not in ("", "asc", "desc"):
        raise Refusal(400, f"Invalid sort: {sort!r}")
    return sorted(found, key=_ORDERS[field], reverse=direction == "desc")


def _check_states(query: str) -> None:
    for quoted, listed, plain in _ASKED_STATE.findall(query):
        for word in [quoted or plain] if quoted or plain else listed.split(" OR "):
            state = word.strip().strip('"')
            if state.lower() not in STATES:
                raise Refusal(400, f"Query parsing error: {state!r} is not a valid monitor status")


def _searchable(found: Found) -> Searchable:
    standing, monitor = found.standing, found.standing.monitor
    reserved = {
        "id": str(monitor.id),
        "type": monitor.type,
        "title": monitor.name,
        "status": standing.status,
        "group_status": standing.status,
        "muted": str(found.is_muted).lower(),
    }
    named = [f"tag:{tag}" for tag in monitor.tags] + [f"scope:{tag}" for tag in standing.scope]
    mentioned = [f"notification:{handle}" for handle in standing.mentions]
    tags = (*monitor.tags, *named, *mentioned)
    return Searchable(reserved, tags, texts=(monitor.name, monitor.query))


def describe_found(found: Found) -> Resource:
    """Slimmer than a monitor asked by its id."""
    standing, monitor = found.standing, found.standing.monitor
    notified: list[JsonValue] = [{"handle": name, "name": name} for name in standing.mentions]
    answer: Resource = {
        "id": monitor.id,
        "name": monitor.name,
        "status": standing.status,
        "type": monitor.type,
        "tags": list(monitor.tags),
        "query": monitor.query,
        "scopes": list(standing.scope),
        "classification": "metric" if "metric" in monitor.type else "other",
        "metrics": [],
        "notifications": notified,
        "last_triggered_ts": _triggered(standing),
        "org_id": ORG_ID,
        "creator": {"name": NAME, "handle": HANDLE},
    }
    until = found.muted_until
    return answer | ({"muted_until_ts": to_seconds(until)} if until else {})


def describe_group(standing: Standing) -> Resource:
    return {
        "monitor_id": standing.monitor.id,
        "monitor_name": standing.monitor.name,
        "group": standing.group,
        "group_tags": list(standing.group_tags),
        "status": standing.status,
        "last_triggered_ts": _triggered(standing),
    }


def _triggered(standing: Standing) -> int | None:
    return to_seconds(standing.alerted_at) if standing.alerted_at else None
