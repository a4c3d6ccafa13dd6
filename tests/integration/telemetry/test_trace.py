"""One trace joins the webhook, the workflows, their steps and every call that these make."""

from collections import Counter

import pytest

from tests.integration.telemetry.conftest import Story
from tests.integration.telemetry.stage import CLAUDE_KEY, DD_APP_KEY, DD_KEY, MARK
from tests.servers.otlp import ReceivedSpan

WEBHOOK = "POST /v1/webhooks/receive"
RELAY = "relay deliveries"
SIGNAL = "SignalWithStartWorkflow:IncidentLifecycle"
ANALYSIS = "RunWorkflow:RootCauseAnalysis"
JOINED = "HandleSignal:alerts_arrived"
LAST = "CompleteWorkflow:RootCauseAnalysis"

# What is told of spans, and not a word besides.
ATTRIBUTES = {
    "error.type",
    "gen_ai.request.model",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "peer.service",
    "rayne.deliveries",
    "rayne.incident_id",
    "rayne.operation",
    "rayne.status",
    "temporalActivityID",
    "temporalRunID",
    "temporalWorkflowID",
}


class Trace:
    """All spans of one trace id, to be walked upwards."""

    def __init__(self, spans: list[ReceivedSpan], trace_id: str) -> None:
        self.spans = [span for span in spans if span.trace_id == trace_id]
        self._by_id = {span.span_id: span for span in self.spans}

    def named(self, name: str) -> list[ReceivedSpan]:
        return [span for span in self.spans if span.name == name]

    def way_up(self, span: ReceivedSpan) -> list[str]:
        """The names of what it is a part of, from its parent to the root."""
        names = []
        while span.parent_id:
            span = self._by_id[span.parent_id]
            names.append(span.name)
        return names


def is_complete(spans: list[ReceivedSpan]) -> bool:
    """The analysis has ended, the webhooks are answered, and the incident has heard twice."""
    names = Counter(span.name for span in spans)
    return (names[WEBHOOK], names[LAST], names[JOINED]) == (3, 1, 2)


@pytest.fixture(scope="module")
async def trace(story: Story) -> Trace:
    """Of the delivery that opened the incident."""
    receiver = story.stage.receiver
    await receiver.until(is_complete)
    return Trace(receiver.spans, receiver.one(ANALYSIS).trace_id)


def test_the_webhook_is_its_only_root(trace: Trace) -> None:
    (root,) = [span for span in trace.spans if not span.parent_id]

    assert (root.name, root.kind, root.service) == (WEBHOOK, "server", "rayne-api")


def test_every_span_hangs_on_another_of_its_trace(trace: Trace) -> None:
    assert all(trace.way_up(span)[-1] == WEBHOOK for span in trace.spans if span.parent_id)


def test_storing_the_delivery_is_a_call_of_the_webhook(trace: Trace) -> None:
    (stored,) = trace.named("postgresql store a delivery")

    assert stored.kind == "client"
    assert trace.way_up(stored) == [WEBHOOK]


def test_the_trace_survives_the_inbox(trace: Trace) -> None:
    (relayed,) = [span for span in trace.named(RELAY) if trace.way_up(span) == [WEBHOOK]]
    (signal,) = trace.named(SIGNAL)

    assert relayed.kind == "consumer"
    assert trace.way_up(signal) == [RELAY, WEBHOOK]


@pytest.mark.parametrize(
    ("call", "step"),
    [
        ("datadog POST /api/v2/logs/events/search", "fetch_logs"),
        ("datadog GET /api/v1/monitor/{}", "fetch_monitor"),
        ("datadog POST /api/v1/notebooks", "write_notebook"),
        ("claude take a turn", "take_turn"),
        ("wordllama embed", "embed_incident"),
        ("qdrant recall", "find_similar"),
        ("qdrant remember", "remember_incident"),
    ],
)
def test_a_call_is_a_part_of_its_step_of_the_analysis_of_the_incident(
    trace: Trace, call: str, step: str
) -> None:
    ways = [trace.way_up(span) for span in trace.named(call)]

    whole = [
        f"RunActivity:{step}",
        f"StartActivity:{step}",
        "StartChildWorkflow:RootCauseAnalysis",
        SIGNAL,
        RELAY,
        WEBHOOK,
    ]
    assert whole in [[name for name in way if name != ANALYSIS] for way in ways]


def test_two_processes_tell_it(trace: Trace) -> None:
    assert {span.service for span in trace.spans} == {"rayne-api", "rayne-worker"}


def test_a_delivery_that_joins_has_its_own_trace_which_the_incidents_links_to(
    story: Story, trace: Trace
) -> None:
    spans = story.stage.receiver.spans
    (joining,) = [span for span in spans if span.name == SIGNAL and span not in trace.spans]

    linked = [link for span in trace.named(JOINED) for link in span.links]

    assert (joining.trace_id, joining.span_id) in linked
    assert Trace(spans, joining.trace_id).way_up(joining) == [RELAY, WEBHOOK]


def test_spans_tell_ids_and_few_words(story: Story) -> None:
    told = {name for span in story.stage.receiver.spans for name in span.attributes}

    assert told <= ATTRIBUTES


@pytest.mark.parametrize("secret", [MARK, "checkout", DD_KEY, DD_APP_KEY, CLAUDE_KEY])
def test_no_payload_and_no_secret_is_sent(story: Story, trace: Trace, secret: str) -> None:
    assert trace.spans
    assert not any(secret.encode() in body for body in story.stage.receiver.bodies)
