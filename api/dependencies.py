"""What the routes are given: built once per process, never looked up."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request
from pydantic import SecretStr

from domain.analysis import AnalysisKey
from domain.commands import CommandResult
from domain.ports import Analyses, Clock, Inbox, Incidents
from domain.progress import Progress

Probe = Callable[[], Awaitable[None]]
"""Returns when a dependency answers, raises a RayneError when it does not."""


class Runs(Protocol):
    """What the API asks of running workflows."""

    async def progress(self, key: AnalysisKey) -> Progress: ...


class Commands(Protocol):
    """The operator's own commands, by the name of their action."""

    async def run(self, action: str) -> CommandResult:
        """Raises NotFound, Conflict while it runs already, TimedOut when it was killed."""
        ...


@dataclass(frozen=True)
class Access:
    """Who may call. `is_local`: callers on this machine need no secret."""

    is_local: bool = True
    webhook_secret: SecretStr | None = None
    api_token: SecretStr | None = None


@dataclass(frozen=True)
class Resources:
    inbox: Inbox
    incidents: Incidents
    analyses: Analyses
    runs: Runs
    clock: Clock
    access: Access = field(default_factory=Access)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    commands: Commands | None = None  # None: the operator listed none


def resources(request: Request) -> Resources:
    return cast(Resources, request.app.state.resources)


FromResources = Annotated[Resources, Depends(resources)]


@dataclass(frozen=True)
class Page:
    """A page of a list, numbered from 1. What makes no sense becomes the default, as ever."""

    number: int
    size: int


def page(page: str = "1", per_page: str = "50") -> Page:
    return Page(number=_within(page, 1, 1_000_000, 1), size=_within(per_page, 1, 100, 50))


FromPage = Annotated[Page, Depends(page)]


def _within(text: str, least: int, most: int, default: int) -> int:
    return (
        int(text) if text.isascii() and text.isdigit() and least <= int(text) <= most else default
    )
