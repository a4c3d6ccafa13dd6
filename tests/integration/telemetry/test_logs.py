"""What was logged as the story went: whose it is, in which trace, and not a word of the alert."""

from tests.integration.telemetry.conftest import Story
from tests.integration.telemetry.stage import MARK

RELAY = "relay deliveries"


async def test_a_relayed_delivery_is_logged_with_its_incident_and_its_trace(story: Story) -> None:
    receiver = story.stage.receiver
    await receiver.until(lambda _: len(receiver.named(RELAY)) == 2)

    lines = [line for line in story.stage.lines() if line["event"] == "relay.delivered"]

    traces = {span.trace_id for span in receiver.named(RELAY)}
    assert [line["incident_id"] for line in lines] == [1, 1]
    assert {line["trace_id"] for line in lines} == traces
    assert len({line["span_id"] for line in lines}) == 2


def test_no_line_repeats_the_payload(story: Story) -> None:
    assert story.stage.lines()
    assert MARK not in story.stage.log.getvalue()
