"""What a worker's page says while it waits, while it serves, and to whom."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from starlette.testclient import TestClient

from adapters.telemetry.exposition import Exposition
from domain.errors import Unavailable
from tests.fakes.status import FakeStatus
from workers.app import Dependencies, WorkerPage, create_worker_app


class Page:
    """Of a worker whose dependencies a test takes away."""

    def __init__(self, token: str | None = None) -> None:
        self.down: set[str] = set()
        self.dependencies = Dependencies(self._probe("postgres"))
        page = WorkerPage(
            self.dependencies,
            Exposition(CollectorRegistry()),
            FakeStatus(),
            token=SecretStr(token) if token else None,
        )
        self.client = TestClient(create_worker_app(page))

    def serving(self) -> Any:
        return self.dependencies.served(self._probe("temporal"), {"memory": self._probe("memory")})

    def ready(self) -> tuple[int, str, dict[str, str]]:
        reply = self.client.get("/health/ready")
        told = reply.json()
        problems = {one["name"]: one["problem"] for one in told["dependencies"]}
        return reply.status_code, told["status"], problems

    def _probe(self, name: str) -> Any:
        async def probe() -> None:
            if name in self.down:
                raise Unavailable(f"{name} is away")

        return probe


@pytest.fixture
def page() -> Page:
    return Page()


def test_it_is_alive_whatever_is_missing(page: Page) -> None:
    page.down = {"postgres"}

    assert page.client.get("/health/live").status_code == 200


def test_it_is_not_ready_before_its_queues_are_served(page: Page) -> None:
    assert page.ready() == (
        503,
        "unavailable",
        {"postgres": "", "temporal": "the queues are not served yet"},
    )


def test_it_is_ready_while_it_serves_them(page: Page) -> None:
    with page.serving():
        assert page.ready() == (200, "ready", {"postgres": "", "temporal": "", "memory": ""})

    assert page.ready()[0] == 503


@pytest.mark.parametrize("lost", ["postgres", "temporal"])
def test_without_what_every_step_needs_it_is_unavailable(page: Page, lost: str) -> None:
    page.down = {lost}

    with page.serving():
        code, status, problems = page.ready()

    assert (code, status, problems[lost]) == (503, "unavailable", f"{lost} is away")


def test_without_memory_it_works_and_says_so(page: Page) -> None:
    page.down = {"memory"}

    with page.serving():
        assert page.ready()[:2] == (200, "degraded")


def test_figures_are_for_who_has_the_token_where_there_is_one() -> None:
    page = Page(token="t" * 32)

    refused = page.client.get("/metrics", headers={"Authorization": "Bearer wrong"})
    taken = page.client.get("/metrics", headers={"Authorization": f"Bearer {'t' * 32}"})

    assert (refused.status_code, refused.json()["code"]) == (401, "Unauthenticated")
    assert taken.status_code == 200
    assert "rayne_database_up 1.0" in taken.text


def test_without_a_token_figures_are_for_everybody(page: Page) -> None:
    assert page.client.get("/metrics").status_code == 200
