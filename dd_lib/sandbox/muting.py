"""Which downtimes silence which monitor now."""

from collections.abc import Iterable
from datetime import datetime

from dd_lib.sandbox.downtimes import active
from dd_lib.sandbox.monitors import Standing
from dd_lib.sandbox.resources import Resource, attributes_of, listing, mapping
from dd_lib.sandbox.search import parse_query

EVERY_MONITOR = "*"


def muting(standing: Standing, downtimes: Iterable[Resource], now: datetime) -> list[Resource]:
    """The active ones that are for this monitor and for the group that it alerts on."""
    return [
        downtime
        for downtime in active(downtimes, now)
        if _is_for(downtime, standing) and _covers(downtime, standing)
    ]


def matching(standing: Standing, downtimes: Iterable[Resource], now: datetime) -> list[Resource]:
    """As Datadog lists the matches of a monitor: an unmatched scope of its groups is left out."""
    return [_match(downtime, standing) for downtime in muting(standing, downtimes, now)]


def _is_for(downtime: Resource, standing: Standing) -> bool:
    """By id, or by all of its tags."""
    identifier = mapping(attributes_of(downtime)["monitor_identifier"])
    if "monitor_id" in identifier:
        return identifier["monitor_id"] == standing.monitor.id
    wanted = {str(tag) for tag in listing(identifier["monitor_tags"])}
    return wanted - {EVERY_MONITOR} <= set(standing.monitor.tags)


def _covers(downtime: Resource, standing: Standing) -> bool:
    """A monitor without groups is silenced whole when the scope fits what it is about."""
    return parse_query(str(attributes_of(downtime)["scope"]))(standing.searchable)


def _match(downtime: Resource, standing: Standing) -> Resource:
    attributes = attributes_of(downtime)
    schedule = mapping(attributes["schedule"])
    return {
        "id": downtime["id"],
        "type": "downtime_match",
        "attributes": {
            "scope": attributes["scope"],
            "groups": [standing.group] if attributes["scope"] != "*" else ["*"],
            "start": schedule["start"],
            "end": schedule["end"],
        },
    }
