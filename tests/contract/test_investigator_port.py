"""What every investigator behind the port promises: the fake and Claude pass the same suite."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import pytest

from domain.errors import Misconfigured, RayneError, Unavailable
from domain.investigation import Transcript
from domain.investigation_ports import Investigator
from tests.contract.asking_claude import claude_at
from tests.contract.investigating import LIMIT, TOOLS, a_digest
from tests.factories import a_case, an_explanation
from tests.fakes.investigator import FakeInvestigator, Say
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_answers import Answer, asks, call
from tests.servers.anthropic_scripts import Turns

FAILURES = {
    Unavailable: (Unavailable("made up"), answers.overloaded()),
    Misconfigured: (Misconfigured("made up"), answers.bad_key()),
}
ASKS = Say(calls=("search_logs", "list_changes"))
CONCLUDES = Say(explanation=an_explanation())
MUMBLES = Say()


class Kind(Protocol):
    """Opens an investigator that says these turn by turn, or fails with the error of that class."""

    def __call__(
        self, *script: Say, fails_with: type[RayneError] | None = None
    ) -> AbstractAsyncContextManager[Investigator]: ...


@asynccontextmanager
async def fake(
    *script: Say, fails_with: type[RayneError] | None = None
) -> AsyncIterator[Investigator]:
    yield FakeInvestigator(*script, fails_with=FAILURES[fails_with][0] if fails_with else None)


@asynccontextmanager
async def claude(
    *script: Say, fails_with: type[RayneError] | None = None
) -> AsyncIterator[Investigator]:
    turns = (FAILURES[fails_with][1],) if fails_with else tuple(map(_answer, script))
    async with MessagesServer.running(script=Turns(turns=turns)) as server:
        investigator = claude_at(server.url)
        yield investigator
        await investigator.close()


def _answer(said: Say) -> Answer:
    if said.explanation:
        return answers.success(said.explanation)
    if said.calls:
        return asks(*map(call, said.calls))
    return answers.malformed_json()


@pytest.mark.parametrize("kind", [fake, claude])
async def test_a_first_turn_is_number_one_and_names_its_model_and_cost(kind: Kind) -> None:
    async with kind(ASKS) as investigator:
        turn = await investigator.take_turn(a_case(), a_digest(), Transcript(), TOOLS, conclude="")

    assert turn.number == 1
    assert turn.model
    assert turn.usage.output_tokens > 0


@pytest.mark.parametrize("kind", [fake, claude])
async def test_questions_are_calls_under_ids_of_their_own(kind: Kind) -> None:
    async with kind(ASKS) as investigator:
        turn = await investigator.take_turn(a_case(), a_digest(), Transcript(), TOOLS, conclude="")

    assert [each.name for each in turn.calls] == ["search_logs", "list_changes"]
    assert len({each.id for each in turn.calls}) == 2
    assert turn.explanation is None


@pytest.mark.parametrize("kind", [fake, claude])
async def test_a_conclusion_asks_nothing(kind: Kind) -> None:
    async with kind(CONCLUDES) as investigator:
        turn = await investigator.take_turn(
            a_case(), a_digest(), Transcript(), TOOLS, conclude=LIMIT
        )

    assert turn.explanation == an_explanation()
    assert turn.calls == ()


@pytest.mark.parametrize("kind", [fake, claude])
async def test_a_turn_follows_the_ones_before(kind: Kind) -> None:
    async with kind(ASKS, CONCLUDES) as investigator:
        first = await investigator.take_turn(a_case(), a_digest(), Transcript(), TOOLS, conclude="")
        said = Transcript(turns=(first,))
        second = await investigator.take_turn(a_case(), a_digest(), said, TOOLS, conclude="")

    assert second.number == 2
    assert second.explanation == an_explanation()


@pytest.mark.parametrize("kind", [fake, claude])
async def test_what_cannot_be_read_is_a_turn_with_neither(kind: Kind) -> None:
    async with kind(MUMBLES) as investigator:
        turn = await investigator.take_turn(
            a_case(), a_digest(), Transcript(), TOOLS, conclude=LIMIT
        )

    assert turn.explanation is None
    assert turn.calls == ()


@pytest.mark.parametrize("expected", FAILURES)
@pytest.mark.parametrize("kind", [fake, claude])
async def test_an_investigator_fails_with_our_errors_only(
    kind: Kind, expected: type[RayneError]
) -> None:
    async with kind(ASKS, fails_with=expected) as investigator:
        with pytest.raises(expected):
            await investigator.take_turn(a_case(), a_digest(), Transcript(), TOOLS, conclude="")
