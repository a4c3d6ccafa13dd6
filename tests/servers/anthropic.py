"""A scripted Messages API on loopback: real HTTP, made-up answers.

In a test: `async with MessagesServer.running(success(...)) as claude: ... claude.requests`.
As a process: `python -m tests.servers.anthropic --port 0 --script FILE` prints its address; FILE
holds a JSON list of answers (`tests/servers/anthropic_answers.py`).
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers.anthropic_answers import SCRIPT, Answer, explanation_of
from tests.servers.anthropic_requests import refuse


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
    def case(self) -> str:
        """What the user says: the case."""
        content: str = self.json["messages"][0]["content"]
        return content


@dataclass
class MessagesServer:
    """Answers in the order of its script; the last answer repeats. Wrong requests it refuses."""

    script: Sequence[Answer]
    url: str = ""
    requests: list[RecordedRequest] = field(default_factory=list)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _serving: set[asyncio.Task[Any] | None] = field(default_factory=set)

    @classmethod
    @asynccontextmanager
    async def running(cls, *script: Answer, port: int = 0) -> AsyncIterator["MessagesServer"]:
        messages = cls(script)
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
        if request.path != "/v1/messages":
            wrong = Answer(status=404, error_type="not_found_error", message="Not Found")
            return await self._send(writer, wrong, _error_body(wrong))
        self.requests.append(request)
        refused = refuse(request.headers, request.body)
        if refused:
            status, kind, message = refused
            wrong = Answer(status=status, error_type=kind, message=message)
            return await self._send(writer, wrong, _error_body(wrong))
        answer = self.script[min(len(self.requests), len(self.script)) - 1]
        await self._dawdle(answer.delay)
        return await self._send(writer, answer, _body(answer, request))

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


def _body(answer: Answer, request: RecordedRequest) -> bytes:
    if answer.body is not None:
        return answer.body.encode()
    if answer.status != 200:
        return _error_body(answer)
    message = {
        "id": "msg_011scripted",
        "type": "message",
        "role": "assistant",
        "model": request.json["model"],
        # Models that think put an empty thinking block first.
        "content": [
            {"type": "thinking", "thinking": "", "signature": "c2NyaXB0ZWQ="},
            {"type": "text", "text": _text(answer, request)},
        ],
        "stop_reason": answer.stop_reason,
        "stop_sequence": None,
        "stop_details": answer.stop_details,
        "usage": answer.usage,
    }
    return json.dumps(message).encode()


def _text(answer: Answer, request: RecordedRequest) -> str:
    if answer.cites_case:
        return explanation_of(request.case).model_dump_json()
    if answer.explanation is not None:
        return answer.explanation.model_dump_json()
    return answer.text or ""


def _error_body(answer: Answer) -> bytes:
    error: dict[str, Any] = {"type": answer.error_type, "message": answer.message}
    if answer.error_code:
        error["details"] = {"error_code": answer.error_code}
    content = {"type": "error", "error": error, "request_id": "req_011scripted"}
    return json.dumps(content).encode()


async def _run(port: int, script: Sequence[Answer]) -> None:
    async with MessagesServer.running(*script, port=port) as server:
        print(server.url, flush=True)  # noqa: T201 - the parent process waits for this line
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(_run(options.port, SCRIPT.validate_json(options.script.read_bytes())))


if __name__ == "__main__":
    main()
