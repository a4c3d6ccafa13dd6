"""Tools on a command line: a name and JSON in, JSON or one sentence out."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from pydantic import JsonValue, TypeAdapter, ValidationError

from dd_lib.client import DatadogClient
from dd_lib.sites import addresses
from dd_lib.tools.registry import TOOLS, call
from dd_lib.tools.tool import Asking, Output
from domain.errors import InvalidInput, Misconfigured, NotFound, RayneError

USAGE = 'usage: python -m dd_lib TOOL \'{"name": "value"}\''
FAILED, MISUSED = 1, 2  # exit codes: Datadog could not answer; the call was wrong

_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


@dataclass(frozen=True)
class Answer:
    """What goes to standard output and standard error, and the exit code."""

    printed: str = ""
    complaint: str = ""
    code: int = 0


def run(
    arguments: Sequence[str],
    environ: Mapping[str, str],
    transport: httpx.AsyncBaseTransport | None = None,
) -> Answer:
    """`environ` has DD_API_KEY, DD_APP_KEY, DD_SITE, DD_API_URL. `transport` is the network."""
    if not arguments:
        return Answer(printed=_listing())
    try:
        name, given = _read(arguments)
        output = asyncio.run(_call(name, given, environ, transport))
    except (InvalidInput, NotFound, Misconfigured) as error:
        return Answer(complaint=f"{error}\n", code=MISUSED)
    except RayneError as error:
        return Answer(complaint=f"{error}\n", code=FAILED)
    return Answer(printed=f"{json.dumps(output, ensure_ascii=False)}\n")


def _listing() -> str:
    width = max(map(len, TOOLS))
    lines = [f"{name:{width}}  {TOOLS[name].description}" for name in sorted(TOOLS)]
    return "\n".join([USAGE, "", *lines, ""])


def _read(arguments: Sequence[str]) -> tuple[str, dict[str, JsonValue]]:
    if len(arguments) > 2:
        raise InvalidInput(f"too many arguments; {USAGE}")
    name, given = arguments[0], arguments[1] if len(arguments) == 2 else "{}"
    if name not in TOOLS:
        raise NotFound(f"no tool is called {name!r}; there are {', '.join(sorted(TOOLS))}")
    try:
        return name, _OBJECT.validate_json(given)
    except ValidationError as error:
        raise InvalidInput(f"the parameters of {name} are no JSON object: {given!r}") from error


async def _call(
    name: str,
    given: Mapping[str, JsonValue],
    environ: Mapping[str, str],
    transport: httpx.AsyncBaseTransport | None,
) -> Output:
    site = addresses(site=environ.get("DD_SITE", ""), api_url=environ.get("DD_API_URL", ""))
    client = DatadogClient.connect(
        api_url=site.api_url,
        api_key=environ.get("DD_API_KEY", ""),
        app_key=environ.get("DD_APP_KEY", ""),
        transport=transport,
    )
    try:
        return await call(Asking(client, _now), name, given)
    finally:
        await client.aclose()


def _now() -> datetime:
    # The clock of a command line is the machine's.
    return datetime.now(UTC)  # noqa: TID251
