"""Services as the tags and spans of the scenarios tell of them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import iso_seconds
from dd_lib.sandbox.records import SpanRecord, Telemetry
from dd_lib.sandbox.resources import Resource, attributes_of, mapping
from dd_lib.sandbox.span_entries import label

SchemaVersion = Literal["v1", "v2", "v2.1", "v2.2"]


class DefinitionRequest(Closed):
    """Every field of the second schema's three versions; which has which is not checked."""

    schema_version: Literal["v2", "v2.1", "v2.2"] = Field(alias="schema-version")
    dd_service: str = Field(alias="dd-service", min_length=1)
    dd_team: str = Field(default="", alias="dd-team")
    team: str = ""
    application: str = ""
    description: str = ""
    lifecycle: str = ""
    tier: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = Field(default=(), alias="ci-pipeline-fingerprints")
    contacts: tuple[Resource, ...] = ()
    links: tuple[Resource, ...] = ()
    repos: tuple[Resource, ...] = ()
    docs: tuple[Resource, ...] = ()
    integrations: Resource = Field(default_factory=dict)
    extensions: Resource = Field(default_factory=dict)


SINCE = "2025-06-01T09:00:00Z"
ANY_ENV = "*"


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    team: str  # "" when no tag tells


def traced_services(spans: Iterable[SpanRecord], env: str) -> list[str]:
    """By name."""
    return sorted({span.service for span in spans if env in (ANY_ENV, label(span, "env"))})


def known_services(telemetry: Telemetry) -> list[Service]:
    """Every service that a tag names, by name, with the team that is named beside it."""
    teams: dict[str, str] = {}
    tagged = chain(
        (host.tags for host in telemetry.hosts),
        (monitor.tags for monitor in telemetry.monitors),
        (event.tags for event in telemetry.events),
        (span.tags for span in telemetry.spans),
    )
    for tags in tagged:
        values = dict(tag.split(":", 1) for tag in tags if ":" in tag)
        if name := values.get("service"):
            teams[name] = teams.get(name) or values.get("team", "")
    return [Service(name, teams[name]) for name in sorted(teams)]


def declared_service(declared: Resource) -> Service:
    """Of a definition that was posted."""
    schema = mapping(attributes_of(declared)["schema"])
    return Service(str(schema["dd-service"]), str(schema.get("team") or ""))


def told_definition(service: Service, version: SchemaVersion) -> Resource:
    """Of a service that a scenario tells of."""
    schema: Resource = {"schema-version": version, "dd-service": service.name, "tags": []}
    if service.team:
        schema["team"] = service.team
    if version == "v1":
        schema = _first_version(service)
    return _definition(service.name, schema, version, SINCE)


def new_definition(wanted: DefinitionRequest, now: datetime) -> Resource:
    """Answered in the version that it was posted in, whichever is asked for."""
    schema = wanted.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return _definition(wanted.dd_service, schema, wanted.schema_version, iso_seconds(now))


def _definition(name: str, schema: Resource, version: str, modified: str) -> Resource:
    meta: Resource = {
        "ingested-schema-version": version,
        "ingestion-source": "api",
        "origin": "unknown",
        "origin-detail": "",
        "github-html-url": "",
        "last-modified-time": modified,
        "warnings": [],
    }
    return {
        "id": hashlib.blake2b(name.encode(), digest_size=16).hexdigest(),
        "type": "service-definition",
        "attributes": {"schema": schema, "meta": meta},
    }


def _first_version(service: Service) -> Resource:
    schema: Resource = {"schema-version": "v1", "info": {"dd-service": service.name}, "tags": []}
    return schema | ({"org": {"team": service.team}} if service.team else {})


def entity(service: Service) -> Resource:
    """As the catalogue answers it."""
    attributes: Resource = {
        "apiVersion": "v2.2",
        "kind": "service",
        "name": service.name,
        "displayName": service.name,
        "namespace": "default",
        "tags": [],
    }
    return {
        "id": str(uuid5(NAMESPACE_URL, f"rayne-sandbox/service/{service.name}")),
        "type": "entity",
        "attributes": attributes | ({"owner": service.team} if service.team else {}),
        "meta": {
            "createdAt": SINCE,
            "modifiedAt": SINCE,
            "ingestionSource": "api",
            "origin": "unknown",
        },
    }
