"""What the routes are given: built once per process, never looked up."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Annotated, Protocol, cast

from fastapi import Depends, Query, Request
from pydantic import JsonValue, SecretStr

from api.datadog_port import Datadog
from api.identity import Identity
from api.refusals import Refusals
from api.telling import Telling
from api.webhook_door import WebhookDoor
from domain.analysis import AnalysisKey
from domain.commands import CommandResult
from domain.demo_ports import DemoSeeds
from domain.demo_stories import LIVE
from domain.endings import IncidentEndings
from domain.errors import Forbidden, InvalidInput, NotOffered
from domain.function_ports import Functions, FunctionSandbox
from domain.functions import AutoWrite
from domain.health import Probe
from domain.incidents import GroupingRules, Incident
from domain.investigation_ports import FixedToolbox
from domain.learning_ports import Feedbacks
from domain.notification_ports import Notices, Notifier
from domain.paging import DEEPEST, Piece
from domain.ports import Analyses, Clock, Inbox, Incidents
from domain.progress import Progress
from domain.report_ports import Reports
from domain.retention import RetentionRules, RetentionStore
from domain.rum_limits import VisitLimits
from domain.rum_ports import ReadUserAgent, VisitHistory, Visits
from domain.status import StatusReader
from domain.webhook_ports import DatadogWebhooks, EventHistory, UnreadEvents, WebhookConfigs

_A_NUMBER = re.compile("[0-9]{1,18}")  # Python refuses to read thousands of digits


class Runs(Protocol):
    """What the API asks of running workflows."""

    async def progress(self, key: AnalysisKey) -> Progress: ...

    async def downtime_cancelled(self, key: str) -> None:
        """Tells the run that made the downtime of `key`. Raises NotFound where none runs."""
        ...

    async def analyze_again(self, key: AnalysisKey) -> None:
        """Starts that analysis, unless one that was asked for is under way already."""
        ...

    async def feedback_given(self, incident_id: int) -> None:
        """Has memory heed what people said of an incident."""
        ...

    async def look_again(self, incident: Incident, rules: GroupingRules) -> None:
        """Has the incident's run read the database; one that ended starts anew for it."""
        ...

    async def run_retention(self) -> None:
        """Starts it, unless it runs."""
        ...

    async def stop_incident(self, incident_id: int) -> None:
        """Ends the incident's run and its analysis at once. Idempotent."""
        ...

    async def stop_analysis(self, key: AnalysisKey, why: str) -> None:
        """Ends that one at once. Idempotent."""
        ...


class FilledTemplate(Protocol):
    """A template with a report's values in it."""

    @property
    def media_type(self) -> str: ...

    @property
    def text(self) -> str: ...


class Templates(Protocol):
    """Shapes that a report can be had in."""

    def names(self) -> tuple[str, ...]: ...

    def fill(self, name: str, document: Mapping[str, JsonValue]) -> FilledTemplate:
        """Raises NotFound, or Misconfigured naming what is wrong with the template."""
        ...


class Commands(Protocol):
    """The operator's own commands, by the name of their action."""

    async def run(self, action: str) -> CommandResult:
        """Raises NotFound, Conflict while it runs already, TimedOut when it was killed."""
        ...


@dataclass(frozen=True)
class Access:
    """Who may call. `is_local`: callers on this machine need no secret."""

    is_local: bool = True
    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = ()  # none: from anywhere
    api_token: SecretStr | None = None
    open_registration: bool = False

    def takes_webhooks_from(self, address: str) -> bool:
        if not self.webhook_networks:
            return True
        try:
            source = ip_address(address)
        except ValueError:
            return False
        if isinstance(source, IPv6Address):  # a socket for both versions tells the old so
            source = source.ipv4_mapped or source
        return any(source in network for network in self.webhook_networks)


@dataclass(frozen=True)
class Webhooks:
    """What is kept of webhooks beside the inbox itself."""

    configs: WebhookConfigs
    history: EventHistory
    unread: UnreadEvents


@dataclass(frozen=True)
class Desktops:
    """What people were told of incidents, and the desktops that show it: none where nobody is."""

    notices: Notices
    notifiers: tuple[Notifier, ...] = ()


@dataclass(frozen=True)
class Rum:
    """Visits to a team's own pages. `origins`: the pages that may count them, beside our own."""

    visits: Visits
    history: VisitHistory
    read_user_agent: ReadUserAgent
    origins: frozenset[str] = frozenset()
    limits: VisitLimits = field(default_factory=VisitLimits)


@dataclass(frozen=True)
class Tools:
    """Read-only questions to Datadog, and the functions that were added to them."""

    toolbox: FixedToolbox
    functions: Functions
    sandbox: FunctionSandbox
    auto_write: AutoWrite


@dataclass(frozen=True)
class Demo:
    """Made-up data to look around with. `live`: how many of its alerts are analysed for real."""

    seeds: DemoSeeds
    live: int = LIVE


@dataclass(frozen=True)
class Resources:
    inbox: Inbox
    webhooks: Webhooks
    incidents: Incidents
    analyses: Analyses
    feedbacks: Feedbacks
    reports: Reports
    templates: Templates
    runs: Runs
    status: StatusReader
    endings: IncidentEndings
    retention: RetentionStore
    rum: Rum
    desktops: Desktops
    clock: Clock
    identity: Identity
    door: WebhookDoor
    refusals: Refusals = field(default_factory=Refusals)
    access: Access = field(default_factory=Access)
    grouping: GroupingRules = field(default_factory=GroupingRules)
    keep: RetentionRules = field(default_factory=RetentionRules)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    telling: Telling = field(default_factory=Telling)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)  # answer with what there is
    commands: Commands | None = None  # None: the operator listed none
    datadog: Datadog | None = None  # None: nobody gave us keys
    registrations: DatadogWebhooks | None = None  # None: as above
    tools: Tools | None = None  # None: as above
    has_claude: bool = False
    demo: Demo | None = None  # None: real data only


def resources_of(request: Request) -> Resources:
    return cast(Resources, request.app.state.resources)


async def resources(request: Request) -> Resources:
    """Async without a need: FastAPI would run it in a thread, at a third of a request's cost."""
    return resources_of(request)


FromResources = Annotated[Resources, Depends(resources)]


def datadog(resources: FromResources) -> Datadog:
    if resources.datadog is None:
        raise _no_datadog()
    return resources.datadog


def registrations(resources: FromResources) -> DatadogWebhooks:
    if resources.registrations is None:
        raise _no_datadog()
    return resources.registrations


def tools(resources: FromResources) -> Tools:
    if resources.tools is None:
        raise _no_datadog()
    return resources.tools


def demo(resources: FromResources) -> Demo:
    if resources.demo is None:
        raise Forbidden(
            "demo data is for trying Rayne out, and this one may hold real data: to allow it all "
            "the same, set RAYNE_DEMO=on"
        )
    return resources.demo


def _no_datadog() -> NotOffered:
    return NotOffered("there is no Datadog here: set DD_API_KEY and DD_APP_KEY, or run `rayne up`")


FromDatadog = Annotated[Datadog, Depends(datadog)]
FromRegistrations = Annotated[DatadogWebhooks, Depends(registrations)]
FromTools = Annotated[Tools, Depends(tools)]
FromDemo = Annotated[Demo, Depends(demo)]


@dataclass(frozen=True)
class Page:
    """A page of a list, numbered from 1. What makes no sense becomes the default, as ever."""

    number: int
    size: int


async def page(page: str = "1", per_page: str = "50") -> Page:
    return Page(
        number=number_within(page, 1, 1_000_000, 1), size=number_within(per_page, 1, 100, 50)
    )


FromPage = Annotated[Page, Depends(page)]

Before = Annotated[int | None, Query(ge=1, le=2**63 - 1)]


async def piece(page: FromPage, before: Before = None) -> Piece:
    """A page by its number, or what follows the item whose id is `before`."""
    if before is not None:
        return Piece(size=page.size, before=before)
    skip = (page.number - 1) * page.size
    if skip > DEEPEST:
        raise InvalidInput(
            f"page: the first {DEEPEST} items can be had by page; for more, "
            "ask with before= what the answer before calls next"
        )
    return Piece(size=page.size, skip=skip)


FromPiece = Annotated[Piece, Depends(piece)]


def number_within(text: str, least: int, most: int, default: int) -> int:
    """`text` as a number, or the default where it is none, or none that is allowed."""
    if not _A_NUMBER.fullmatch(text):
        return default
    return int(text) if least <= int(text) <= most else default
