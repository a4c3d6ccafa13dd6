"""Deployments as DORA metrics know them: posted ones, and those of the scenarios' events."""

from datetime import datetime
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import AwareDatetime, Field

from dd_lib.sandbox.bodies import Closed
from dd_lib.sandbox.moments import from_milliseconds, iso_seconds
from dd_lib.sandbox.records import EventRecord
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource, attributes_of, listing
from dd_lib.sandbox.search import Searchable, parse_query

TYPE = "dora_deployment"
LIST_TYPE = "dora_deployments_list_request"
EVENT_SOURCE = "deployment"
LABELS = ("env", "team", "version")
LATEST = 9_223_372_036_854_775_807  # nanoseconds: what 64 bits hold
MILLISECOND = 1_000_000  # nanoseconds


class Git(Closed):
    commit_sha: str = Field(pattern=r"^[a-fA-F0-9]{40,}$")
    repository_url: str


class DeploymentAttributes(Closed):
    """Times are in nanoseconds."""

    service: str
    started_at: int = Field(ge=0, le=LATEST)
    finished_at: int = Field(ge=0, le=LATEST)
    id: str = ""
    env: str = ""
    team: str = ""
    version: str = ""
    git: Git | None = None
    custom_tags: tuple[str, ...] | None = None


class DeploymentData(Closed):
    attributes: DeploymentAttributes


class DeploymentRequest(Closed):
    data: DeploymentData


class ListAttributes(Closed):
    from_: AwareDatetime | None = Field(default=None, alias="from")
    to: AwareDatetime | None = None
    limit: int = Field(default=10, ge=1, le=1000)
    query: str = ""
    sort: Literal["started_at", "-started_at"] = "-started_at"


class ListData(Closed):
    """`type` is checked apart, for Datadog's own words about it."""

    type: str = ""
    attributes: ListAttributes


class ListRequest(Closed):
    data: ListData


def new_deployment(wanted: DeploymentAttributes, number: int) -> Resource:
    """The caller's id, or one of our own."""
    own = str(uuid5(NAMESPACE_URL, f"rayne-sandbox/deployment/{number}"))
    named = dict(zip(LABELS, (wanted.env, wanted.team, wanted.version), strict=True))
    attributes: Resource = {
        "service": wanted.service,
        "started_at": iso_seconds(from_milliseconds(wanted.started_at // MILLISECOND)),
        "finished_at": iso_seconds(from_milliseconds(wanted.finished_at // MILLISECOND)),
        **{name: text for name, text in named.items() if text},
    }
    if wanted.git:
        repository = wanted.git.repository_url.partition("://")[2] or wanted.git.repository_url
        attributes["git"] = {"commit_sha": wanted.git.commit_sha, "repository_id": repository}
    if wanted.custom_tags is not None:
        attributes["custom_tags"] = list(wanted.custom_tags)
    return {"id": wanted.id or own, "type": TYPE, "attributes": attributes}


def told_deployment(event: EventRecord) -> Resource | None:
    """A scenario's deployment event; None without a service."""
    values = dict(tag.split(":", 1) for tag in event.tags if ":" in tag)
    if event.source != EVENT_SOURCE or "service" not in values:
        return None
    moment = iso_seconds(event.timestamp)
    attributes: Resource = {
        "service": values["service"],
        "started_at": moment,
        "finished_at": moment,
    }
    attributes |= {name: values[name] for name in LABELS if name in values}
    return {"id": event.id, "type": TYPE, "attributes": attributes}


def listed(known: list[Resource], request: ListRequest, now: datetime) -> list[Resource]:
    """Those that started in the window, of what has happened already."""
    asked = request.data.attributes
    if request.data.type != LIST_TYPE:
        raise Refusal(400, f'got type "{request.data.type}" expected one of "{LIST_TYPE}"')
    fits = parse_query(asked.query)
    until = min(asked.to or now, now)
    found = [
        each
        for each in known
        if started_at(each) <= until
        and (asked.from_ is None or started_at(each) >= asked.from_)
        and fits(_searchable(each))
    ]
    found.sort(key=started_at, reverse=asked.sort == "-started_at")
    return found[: asked.limit]


def started_at(deployment: Resource) -> datetime:
    return datetime.fromisoformat(str(attributes_of(deployment)["started_at"]))


def _searchable(deployment: Resource) -> Searchable:
    attributes = attributes_of(deployment)
    reserved = {name: str(attributes.get(name, "")) for name in ("service", *LABELS)}
    tags = tuple(str(tag) for tag in listing(attributes.get("custom_tags") or []))
    return Searchable(reserved, tags)
