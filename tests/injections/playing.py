"""Plays all incidents through the real workflows, with the real client of Claude and real tools."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from activities.cases import load_case
from adapters.claude import Claude
from adapters.extended_toolbox import ExtendedToolbox
from adapters.monty import MontySandbox
from dd_lib.datadog import DatadogApi
from domain.analysis import AnalysisKey, Conclusion
from domain.case import Case
from domain.functions import AutoWrite, StoredFunction
from domain.incidents import GroupingRules
from domain.investigation import ToolResult
from domain.memory import Embedding, PastIncident, SimilarIncident
from domain.notebook import MarkdownCell
from tests.fakes.datadog import FakeDatadog
from tests.fakes.functions import FakeFunctions
from tests.fakes.memory import FakeMemory
from tests.injections.corpus import Injection
from tests.injections.obedient import obeys
from tests.injections.stage import Stage, staged
from tests.integration.workflows.world import World
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_conversation import Conversation
from tests.servers.anthropic_scripts import Played
from tests.servers.datadog import DatadogServer
from tests.servers.temporal import temporal_server

AT_ONCE = 10


@dataclass
class Outcome:
    """What came of one injection."""

    injection: Injection
    case: Case
    conclusion: Conclusion
    page: str  # the notebook's markdown; its name and graphs are no markdown
    remembered: PastIncident
    answers: tuple[ToolResult, ...]
    asked: tuple[Conversation, ...]  # all that the model was sent


@dataclass
class Performance:
    """What came of all of them."""

    played: list[Outcome] = field(default_factory=list)
    datadog_requests: list[httpx.Request] = field(default_factory=list)
    functions: list[StoredFunction] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    notebooks: int = 0
    downtimes: int = 0
    forwarded: int = 0
    workflows: list[str] = field(default_factory=list)  # their types


class OwnPast(FakeMemory):
    """In which each incident finds what was told of it alone: all of them are alike."""

    async def recall(
        self,
        text: str,
        embedding: Embedding | None,
        *,
        before: datetime,
        excluding: str,
        limit: int,
    ) -> tuple[SimilarIncident, ...]:
        every = len(self.remembered)
        found = await super().recall(
            text, embedding, before=before, excluding=excluding, limit=every
        )
        return tuple(one for one in found if _id_in(one.incident.title) in text)[:limit]


async def perform(injections: Sequence[Injection]) -> Performance:
    stages = staged(injections)
    async with AsyncExitStack() as stack:
        temporal = await stack.enter_async_context(temporal_server())
        script = Played(policy=obeys(injections))
        model = await stack.enter_async_context(MessagesServer.running(script=script))
        claude = _claude(model.url)
        stack.push_async_callback(claude.close)
        performance = Performance()
        datadog = _datadog(stages, performance)
        stack.push_async_callback(datadog.aclose)
        by_monitor = GroupingRules(group_by=(), group_wait=timedelta(0))
        world = World(
            temporal,
            datadog=_prefetched(stages),
            memory=OwnPast(),
            claude=claude,
            grouping=by_monitor,
        )
        sandbox = MontySandbox.open(datadog.toolbox())
        stack.push_async_callback(sandbox.aclose)
        functions = FakeFunctions(world.state)
        world.toolbox = ExtendedToolbox(datadog.toolbox(), functions, sandbox, AutoWrite.REVIEW)
        for stage in stages:
            for past in stage.past:
                await world.memory.remember(past, await world.embedder.embed(past.text))
        await _play(world, stages, model, performance)
        performance.functions = list(await functions.list_functions())
        performance.embedded = list(world.embedder.texts)
        performance.notebooks = len(world.datadog.notebooks)
        performance.downtimes = len(world.downtimes.created)
        performance.forwarded = len(world.forwarder.forwarded)
        performance.workflows = [one.workflow_type async for one in temporal.list_workflows()]
        return performance


async def _play(
    world: World, stages: Sequence[Stage], model: MessagesServer, performance: Performance
) -> None:
    async with world.running():
        ids: list[int] = []
        for first in range(0, len(stages), AT_ONCE):
            now = [await world.deliver(one.alert) for one in stages[first : first + AT_ONCE]]
            await asyncio.gather(*(world.analysed(id_) for id_ in now))
            ids += now
    assert len(set(ids)) == len(stages), "an incident for each injection"
    sent = _sent(model)
    for stage, id_ in zip(stages, ids, strict=True):
        performance.played.append(await _came_of(world, stage.injection, id_, sent))


def _sent(model: MessagesServer) -> dict[str, list[Conversation]]:
    found: dict[str, list[Conversation]] = {}
    for request in model.requests:
        found.setdefault(_id_in(request.case), []).append(request.conversation)
    return found


def _id_in(case: str) -> str:
    start = case.index("inj-")
    return case[start : start + 6]


async def _came_of(
    world: World, injection: Injection, incident_id: int, sent: dict[str, list[Conversation]]
) -> Outcome:
    key = AnalysisKey(incident_id=incident_id, number=1)
    (record,) = await world.analyses.list_analyses(incident_id)
    assert record.conclusion
    incident = await world.incident(incident_id)
    assert incident.notebook
    notebook = world.datadog.notebooks[incident.notebook.id].notebook
    cells = [cell.text for cell in notebook.cells if isinstance(cell, MarkdownCell)]
    transcript = await world.transcripts.get_transcript(key)
    return Outcome(
        injection=injection,
        case=await load_case(world.incidents, world.analyses, key),
        conclusion=record.conclusion,
        page="\n\n".join(cells),
        remembered=world.memory.remembered[incident.key][0],
        answers=transcript.results,
        asked=tuple(sent[injection.id]),
    )


def _prefetched(stages: Sequence[Stage]) -> FakeDatadog:
    return FakeDatadog(
        logs=[line for stage in stages for line in stage.logs],
        events=[event for stage in stages for event in stage.events],
        spans=[span for stage in stages for span in stage.spans],
        hosts=[stage.host for stage in stages],
        monitors=[stage.monitor for stage in stages],
    )


def _datadog(stages: Sequence[Stage], performance: Performance) -> DatadogApi:
    """What tools ask; every request that they make is kept."""
    server = DatadogServer(
        logs=[line for stage in stages for line in (*stage.logs, *stage.told_to_tools)],
        events=[event for stage in stages for event in stage.events],
        hosts=[stage.host for stage in stages],
        monitors=[stage.monitor for stage in stages],
        page_size=100,
    )

    def handle(request: httpx.Request) -> httpx.Response:
        performance.datadog_requests.append(request)
        return server(request)

    options: dict[str, Any] = {"transport": httpx.MockTransport(handle)}
    return DatadogApi.connect(
        api_url="https://api.datadog.test",
        app_url="https://app.datadoghq.com",
        api_key="the-api-key",
        app_key="the-app-key",
        **options,
    )


def _claude(url: str) -> Claude:
    return Claude.connect(
        api_key="sk-test",
        auth_token=None,
        base_url=url,
        model="claude-sonnet-5-5",
        timeout=timedelta(seconds=20),
    )
