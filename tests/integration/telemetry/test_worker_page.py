"""What a worker that runs alone says of its health."""

from tests.integration.telemetry.conftest import Story


async def test_it_is_alive_and_names_each_dependency(story: Story) -> None:
    live = await story.stage.get(f"{story.stage.worker}/health/live")
    ready = await story.stage.get(f"{story.stage.worker}/health/ready")

    assert live.json() == {"status": "healthy"}
    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
    assert {one["name"]: one["up"] for one in ready.json()["dependencies"]} == {
        "postgres": True,
        "temporal": True,
        "memory": True,
    }
