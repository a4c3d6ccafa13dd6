"""A scripted Messages API on loopback: real HTTP, made-up answers.

In a test: `async with MessagesServer.running(success(...)) as claude: ... claude.requests`, or
`MessagesServer.running(script=Character(policy="investigates", turns=8))`.

As a process: `python -m tests.servers.anthropic --port 0 --script FILE` prints its address; FILE
holds a script as JSON, whose forms `tests/servers/anthropic_scripts.py` describes:
`[answer, ...]`, `{"turns": [answer, ...]}` or `{"policy": "investigates", "turns": 8}`.
`GET /requests` tells what it was asked, oldest first: a JSON list of objects with `conversation`
(the same for all turns of one analysis), `turn`, `attempt` (both from 1), `must_conclude`,
`status` (what it answered) and `usage`.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.anthropic_answers import Answer
from tests.servers.anthropic_cache import PromptCache
from tests.servers.anthropic_conversation import Conversation
from tests.servers.anthropic_messages import body_of, error_body
from tests.servers.anthropic_requests import refuse
from tests.servers.anthropic_scripts import Queue, Script, as_far_as_allowed, read_script


@dataclass(frozen=True)
class RecordedRequest:
    """A request as it came over the wire; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    @property
    def conversation(self) -> Conversation:
        return Conversation(self.json)

    @property
    def case(self) -> str:
        """What the user says first: the case."""
        return self.conversation.case


@dataclass(frozen=True)
class Exchange:
    """What `GET /requests` tells of one good request."""

    conversation: str
    turn: int
    attempt: int
    must_conclude: bool
    status: int
    usage: dict[str, int]


@dataclass
class MessagesServer:
    """Answers as its script says. Requests that the API would refuse it refuses."""

    script: Script
    url: str = ""
    requests: list[RecordedRequest] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    _attempts: Counter[tuple[str, int]] = field(default_factory=Counter)
    _cache: PromptCache = field(default_factory=PromptCache)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _serving: set[asyncio.Task[Any] | None] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def running(
        cls, *answers: Answer, script: Script | None = None, port: int = 0
    ) -> AsyncIterator["MessagesServer"]:
        """`answers` come in this order, whoever asks; `script` is any other way."""
        messages = cls(script or Queue(answers=answers))
        server = await asyncio.start_server(messages._serve, "127.0.0.1", port)
        messages.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield messages
        finally:
            messages._closing.set()
            server.close()
            await asyncio.gather(*(task for task in messages._serving if task))
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request for each connection: nothing is left to reuse after a scripted accident."""
        self._serving.add(asyncio.current_task())
        try:
            request = await _read(reader)
            await self._answer(request, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away, as it does after its own timeout
        finally:
            writer.close()

    async def _answer(self, request: RecordedRequest, writer: asyncio.StreamWriter) -> None:
        if request.path == "/requests":
            told = json.dumps([asdict(exchange) for exchange in self.exchanges]).encode()
            return await self._send(writer, Answer(), told)
        if request.path != "/v1/messages":
            wrong = Answer(status=404, error_type="not_found_error", message="Not Found")
            return await self._send(writer, wrong, error_body(wrong))
        self.requests.append(request)
        refused = refuse(request.headers, request.body)
        if refused:
            status, kind, message = refused
            wrong = Answer(status=status, error_type=kind, message=message)
            return await self._send(writer, wrong, error_body(wrong))
        return await self._play(request.conversation, writer)

    async def _play(self, asked: Conversation, writer: asyncio.StreamWriter) -> None:
        """The script's answer, after its delay."""
        turn = (asked.key, asked.turn)
        self._attempts[turn] += 1
        attempt = self._attempts[turn]
        scripted = self.script.answer(asked, request=len(self.requests), attempt=attempt)
        answer = as_far_as_allowed(scripted, asked)
        prompt = self._cache.usage(asked.body) if answer.status == 200 else {}
        body, usage = body_of(answer, asked, prompt)
        exchange = Exchange(*turn, attempt, asked.must_conclude, answer.status, usage)
        self.exchanges.append(exchange)
        await self._dawdle(answer.delay)
        await self._send(writer, answer, body)

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer, body: bytes) -> None:
        match answer.ending:
            case "drops_connection":
                return
            case "breaks_off":
                writer.write(_head(answer, len(body)) + body[:20])
            case "drips":
                writer.write(_head(answer, len(body)))
                for byte in body:
                    writer.write(bytes([byte]))
                    await writer.drain()
                    await self._dawdle(answer.delay)
            case "sends":
                writer.write(_head(answer, len(body)) + body)
        await writer.drain()

    async def _dawdle(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), seconds)


async def _read(reader: asyncio.StreamReader) -> RecordedRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return RecordedRequest(path=first.split()[1], headers=headers, body=body)


def _head(answer: Answer, size: int) -> bytes:
    headers = {
        "content-type": "application/json",
        "request-id": "req_011scripted",
        **answer.headers,
        "content-length": str(size),
        "connection": "close",
    }
    lines = [f"HTTP/1.1 {answer.status} Scripted", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


async def _run(port: int, script: Script) -> None:
    async with MessagesServer.running(script=script, port=port) as server:
        print(server.url, flush=True)  # noqa: T201 - the parent process waits for this line
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(_run(options.port, read_script(options.script.read_bytes())))


if __name__ == "__main__":
    main()
