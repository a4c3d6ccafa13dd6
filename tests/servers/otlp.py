"""A receiver of traces by OTLP over HTTP, as a Datadog Agent has one."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.servers.canned import CannedServer, Reply, Request

WITHIN = 15  # seconds

KINDS = {
    Span.SPAN_KIND_INTERNAL: "internal",
    Span.SPAN_KIND_SERVER: "server",
    Span.SPAN_KIND_CLIENT: "client",
    Span.SPAN_KIND_PRODUCER: "producer",
    Span.SPAN_KIND_CONSUMER: "consumer",
}


@dataclass(frozen=True)
class ReceivedSpan:
    """Ids in hex digits. `service` is the resource's name."""

    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str  # "" of a root
    links: tuple[tuple[str, str], ...]  # (trace id, span id)
    attributes: dict[str, str]
    service: str
    failed: bool
    nanoseconds: int


class OtlpReceiver:
    """Use `receiving()`. What cannot be read as OTLP is answered 400, as by the real thing."""

    def __init__(self, server: CannedServer) -> None:
        self._server = server
        self.spans: list[ReceivedSpan] = []
        self.bodies: list[bytes] = []

    @property
    def url(self) -> str:
        return self._server.url

    def named(self, name: str) -> list[ReceivedSpan]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReceivedSpan:
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} spans {name!r} among {self.names()}"
        return found[0]

    def names(self) -> list[str]:
        return sorted({span.name for span in self.spans})

    async def until(self, holds: Callable[[list[ReceivedSpan]], bool]) -> None:
        """Spans are sent in batches, seconds after they ended."""
        async with asyncio.timeout(WITHIN):
            while not holds(self.spans):  # noqa: ASYNC110 -- filled by a thread
                await asyncio.sleep(0.05)

    def take(self, request: Request) -> Reply:
        is_traces = (request.method, request.path) == ("POST", "/v1/traces")
        if not is_traces or request.headers.get("content-type") != "application/x-protobuf":
            return Reply(400)
        packed = request.headers.get("content-encoding") == "gzip"
        body = gzip.decompress(request.body) if packed else request.body
        self.bodies.append(body)
        told = ExportTraceServiceRequest.FromString(body)
        for of_resource in told.resource_spans:
            named = {one.key: one.value.string_value for one in of_resource.resource.attributes}
            for scope in of_resource.scope_spans:
                self.spans += [_read(span, named["service.name"]) for span in scope.spans]
        answer = ExportTraceServiceResponse().SerializeToString()
        return Reply(200, answer, {"Content_Type": "application/x-protobuf"})


@contextmanager
def receiving() -> Iterator[OtlpReceiver]:
    with CannedServer(lambda _: Reply(503)) as server:
        receiver = OtlpReceiver(server)
        server.answer = receiver.take
        yield receiver


def _read(span: Span, service: str) -> ReceivedSpan:
    return ReceivedSpan(
        name=span.name,
        kind=KINDS[span.kind],
        trace_id=span.trace_id.hex(),
        span_id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        links=tuple((link.trace_id.hex(), link.span_id.hex()) for link in span.links),
        attributes={
            one.key: str(getattr(one.value, one.value.WhichOneof("value") or "string_value"))
            for one in span.attributes
        },
        service=service,
        failed=span.status.code == 2,
        nanoseconds=span.end_time_unix_nano - span.start_time_unix_nano,
    )
