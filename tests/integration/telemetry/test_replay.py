"""A trace changes nothing in a run: histories made under it replay without it."""

from tests.integration.telemetry.conftest import Story
from workers.replay import replay_server


async def test_runs_that_were_traced_replay_without_traces(story: Story) -> None:
    replayed = [one async for one in replay_server(story.stage.temporal, "WorkflowId != ''")]

    assert {one.name for one in replayed} >= {"incident-1", "rca-1-1"}
    assert [one.failure for one in replayed if one.failure] == []
