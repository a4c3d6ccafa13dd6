"""Posts to the scripted Messages API without a client, so that anything can be posted."""

import asyncio

from tests.servers.anthropic import MessagesServer

KEYED = {
    "x-api-key": "key",
    "anthropic-version": "2026-10-21",
    "content-type": "application/json",
}


async def post(server: MessagesServer, body: bytes, headers: dict[str, str]) -> bytes:
    """The status line and body of the answer, as they come over the wire."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.split(":")[-1]))
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(["POST /v1/messages HTTP/1.1", *lines, f"content-length: {len(body)}"])
    writer.write(head.encode() + b"\r\n\r\n" + body)
    answer = await reader.read()
    writer.close()
    return answer
