"""Datadog's own incidents, as people declared them in the scenarios."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from pydantic import JsonValue

from dd_lib.sandbox.moments import iso_offset
from dd_lib.sandbox.people import HANDLE, NAME, USER_ID
from dd_lib.sandbox.records import IncidentRecord
from dd_lib.sandbox.resources import Resource
from dd_lib.sandbox.search import Searchable, parse_query

SEVERITIES = ("UNKNOWN", "SEV-1", "SEV-2", "SEV-3", "SEV-4", "SEV-5")
STATES = ("active", "stable", "resolved")
TYPE_ID = str(uuid5(NAMESPACE_URL, "rayne-sandbox/incident-type"))


def declared(incidents: Iterable[IncidentRecord], now: datetime) -> list[IncidentRecord]:
    """Those declared by now, newest first."""
    known = {incident.public_id: incident for incident in incidents if incident.created <= now}
    return sorted(known.values(), key=lambda each: (each.created, each.public_id), reverse=True)


def searched(incidents: list[IncidentRecord], query: str, now: datetime) -> list[IncidentRecord]:
    """Raises InvalidInput for a query that cannot be read."""
    asked = parse_query(query)
    return [incident for incident in incidents if asked(_searchable(incident, now))]


def describe(incident: IncidentRecord, now: datetime) -> Resource:
    state = state_at(incident, now)
    resolved = incident.resolved if state == "resolved" else None
    created = iso_offset(incident.created)
    attributes: Resource = {
        "public_id": incident.public_id,
        "incident_type_uuid": TYPE_ID,
        "title": incident.title,
        "severity": incident.severity,
        "state": state,
        "created": created,
        "declared": created,
        "detected": created,
        "modified": iso_offset(resolved or incident.created),
        "resolved": iso_offset(resolved) if resolved else None,
        "archived": None,
        "case_id": None,
        "customer_impacted": False,
        "customer_impact_duration": 0,
        "customer_impact_scope": None,
        "customer_impact_start": None,
        "customer_impact_end": None,
        "declared_by_uuid": USER_ID,
        "is_test": False,
        "time_to_detect": 0,
        "time_to_internal_response": 0,
        "time_to_repair": 0,
        "time_to_resolve": int((resolved - incident.created).total_seconds()) if resolved else 0,
        "visibility": "organization",
        "fields": _fields(incident, state),
    }
    return {
        "id": str(uuid5(NAMESPACE_URL, f"rayne-sandbox/incident/{incident.public_id}")),
        "type": "incidents",
        "attributes": attributes,
        "relationships": _relationships(),
    }


def _fields(incident: IncidentRecord, state: str) -> Resource:
    services: list[JsonValue] = [*incident.services]
    return {
        "state": {"type": "dropdown", "value": state},
        "severity": {"type": "dropdown", "value": incident.severity},
        "services": {"type": "autocomplete", "value": services or None},
        "root_cause": {"type": "textbox", "value": None},
        "summary": {"type": "textbox", "value": None},
    }


def _relationships() -> Resource:
    user: Resource = {"data": {"type": "users", "id": USER_ID}}
    return {
        "created_by_user": user,
        "last_modified_by_user": user,
        "commander_user": user,
        "declared_by_user": user,
        "attachments": {"data": []},
        "impacts": {"data": []},
        "integrations": {"data": []},
        "responders": {"data": []},
        "user_defined_fields": {"data": []},
    }


def facets(found: list[IncidentRecord], now: datetime) -> Resource:
    """How many of the found there are of each kind; a kind without any is counted too."""
    severities = Counter(incident.severity for incident in found)
    states = Counter(state_at(incident, now) for incident in found)
    person: Resource = {
        "name": NAME,
        "handle": HANDLE,
        "email": HANDLE,
        "uuid": USER_ID,
        "count": len(found),
    }
    nothing: list[JsonValue] = []
    empty: Resource = {"min": None, "max": None}
    return {
        "severity": [{"name": name, "count": severities[name]} for name in SEVERITIES],
        "state": [{"name": name, "count": states[name]} for name in STATES],
        "impact": [{"name": "none", "count": len(found)}],
        "postmortem": [{"name": "No", "count": len(found)}, {"name": "Yes", "count": 0}],
        "commander": [person] if found else nothing,
        "created_by": [person] if found else nothing,
        "last_modified_by": [person] if found else nothing,
        "responder": nothing,
        "fields": nothing,
        "time_to_repair": [{"name": "time_to_repair", "aggregates": empty}],
        "time_to_resolve": [{"name": "time_to_resolve", "aggregates": empty}],
    }


def state_at(incident: IncidentRecord, now: datetime) -> str:
    return "resolved" if incident.resolved and incident.resolved <= now else incident.state


def _searchable(incident: IncidentRecord, now: datetime) -> Searchable:
    reserved = {
        "state": state_at(incident, now),
        "severity": incident.severity,
        "id": str(incident.public_id),
        "public_id": str(incident.public_id),
    }
    tags = tuple(f"services:{name}" for name in incident.services)
    return Searchable(reserved, tags, texts=(incident.title,))
