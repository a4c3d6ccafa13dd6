"""What every analyst behind the port promises: the fake and Claude pass the same suite."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import pytest

from domain.analysis import Draft
from domain.errors import Misconfigured, RayneError, Unavailable
from domain.ports import Analyst
from tests.contract.asking_claude import claude_at
from tests.factories import a_case, a_draft
from tests.fakes.analyst import FakeAnalyst
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer

FAILURES = {
    Unavailable: (Unavailable("made up"), answers.overloaded()),
    Misconfigured: (Misconfigured("made up"), answers.bad_key()),
}


class Kind(Protocol):
    """Opens an analyst that gives `draft`'s explanation, or fails with the error of that class."""

    def __call__(
        self, draft: Draft, fails_with: type[RayneError] | None = None
    ) -> AbstractAsyncContextManager[Analyst]: ...


@asynccontextmanager
async def fake(draft: Draft, fails_with: type[RayneError] | None = None) -> AsyncIterator[Analyst]:
    yield FakeAnalyst(draft, fails_with=FAILURES[fails_with][0] if fails_with else None)


@asynccontextmanager
async def claude(
    draft: Draft, fails_with: type[RayneError] | None = None
) -> AsyncIterator[Analyst]:
    answer = FAILURES[fails_with][1] if fails_with else answers.success(draft.explanation)
    async with MessagesServer.running(answer) as server:
        analyst = claude_at(server.url)
        yield analyst
        await analyst.close()


@pytest.mark.parametrize("kind", [fake, claude])
async def test_an_analyst_hands_over_its_explanation(kind: Kind) -> None:
    async with kind(a_draft()) as analyst:
        draft = await analyst.explain(a_case())

    assert draft.explanation == a_draft().explanation


@pytest.mark.parametrize("kind", [fake, claude])
async def test_an_analyst_explains_a_case_without_any_evidence(kind: Kind) -> None:
    async with kind(a_draft()) as analyst:
        draft = await analyst.explain(a_case(alerts=(), items=()))

    assert draft.explanation.summary


@pytest.mark.parametrize("expected", FAILURES)
@pytest.mark.parametrize("kind", [fake, claude])
async def test_an_analyst_fails_with_our_errors_only(
    kind: Kind, expected: type[RayneError]
) -> None:
    async with kind(a_draft(), expected) as analyst:
        with pytest.raises(expected):
            await analyst.explain(a_case())


async def test_the_fake_fails_call_by_call_and_then_answers() -> None:
    analyst = FakeAnalyst(a_draft(), fails_with=[Unavailable("made up"), None])

    with pytest.raises(Unavailable):
        await analyst.explain(a_case())
    second = await analyst.explain(a_case())
    third = await analyst.explain(a_case())

    assert second == third == a_draft()
    assert len(analyst.cases) == 3
