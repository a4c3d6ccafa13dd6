"""Asks a sandbox what was once asked of Datadog, one recorded scenario after the other."""

import json
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.conformance.oracle import Oracle
from tests.contract.recorded.worlds import Recording, answer_of, posts_before, scenario_of
from tests.servers.sandbox import KEYS, SetClock, a_sandbox, asking


@dataclass(frozen=True)
class Pair:
    """A recorded exchange, and what the sandbox answers to the same question."""

    recording: Recording
    status: int
    content: bytes

    @property
    def name(self) -> str:
        return f"{self.recording['scenario']}, {self.recording['request']['method']}"

    @property
    def asked(self) -> tuple[str, str]:
        """Method and path."""
        return _asked(self.recording)

    @property
    def recorded(self) -> Any:
        return answer_of(self.recording)

    @property
    def ours(self) -> Any:
        return json.loads(self.content) if self.content else None


async def replay(recordings: Sequence[Recording], oracle: Oracle) -> list[Pair]:
    """Of every operation in use, in the order of the recordings."""
    pairs: list[Pair] = []
    clock = SetClock()
    with TemporaryDirectory() as folder:
        async with asking(a_sandbox(scenarios=Path(folder), clock=clock)) as client:
            for _, found in groupby(recordings, key=lambda recording: recording["scenario"]):
                session = list(found)
                clock.now = datetime.fromisoformat(session[0]["frozen_at"])
                if any(oracle.knows(*_asked(each)) for each in session):
                    await _make_world(client, session, Path(folder), clock.now)
                    asked = [each for each in session if oracle.knows(*_asked(each))]
                    pairs += [pair async for pair in _ask_again(client, asked)]
    return pairs


async def _make_world(
    client: httpx.AsyncClient, session: list[Recording], folder: Path, now: datetime
) -> None:
    """As it was before the session, nothing of the one before left."""
    client.headers = httpx.Headers(KEYS)
    (await client.post("/sandbox/reset")).raise_for_status()
    shutil.rmtree(folder / "small", ignore_errors=True)
    scenario_of(session, folder, now)
    (await client.post("/sandbox/scenarios/small/load")).raise_for_status()
    for path, body in posts_before(session):
        await client.post(path, json=body)


async def _ask_again(client: httpx.AsyncClient, asked: list[Recording]) -> AsyncIterator[Pair]:
    """With our names for what was made on the way."""
    names: dict[str, str] = {}
    for recording in asked:
        answer = await _send(client, recording, names)
        pair = Pair(recording, answer.status_code, answer.content)
        names |= dict(_new_names(pair))
        yield pair


async def _send(
    client: httpx.AsyncClient, recording: Recording, names: dict[str, str]
) -> httpx.Response:
    request = recording["request"]
    keys = {} if recording["response"]["status"] == 403 else KEYS
    told = json.dumps([request["path"], request["query"], request["body"]["value"]])
    for theirs, ours in names.items():
        told = told.replace(theirs, ours)
    path, query, body = json.loads(told)
    client.headers = httpx.Headers(keys)
    has_body = request["body"]["type"] == "json"
    return await client.request(
        request["method"], path, params=query, json=body if has_body else None
    )


def _new_names(pair: Pair) -> Iterator[tuple[str, str]]:
    """Ids and cursors: theirs with ours."""
    if pair.status >= 300 or not isinstance(pair.ours, dict):
        return
    for place in (("data", "id"), ("meta", "page", "after")):
        theirs, ours = _at(pair.recorded, place), _at(pair.ours, place)
        if theirs and ours and str(theirs) != str(ours):
            yield str(theirs), str(ours)


def _at(answer: Any, place: tuple[str, ...]) -> Any:
    for name in place:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def _asked(recording: Recording) -> tuple[str, str]:
    return recording["request"]["method"], recording["request"]["path"]
