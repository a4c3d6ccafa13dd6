"""What Claude is asked in each turn of an investigation, and what its answers become."""

from typing import Any

import pytest

from domain.errors import InvalidInput, Unavailable, UnexpectedReply
from domain.evidence import SourceStatus
from domain.investigation import Transcript
from tests.contract.investigating import LIMIT, TOOLS, failed, found, investigating
from tests.factories import an_explanation
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_answers import Call, asks, call
from tests.servers.anthropic_scripts import Character, Turns

ASKS = asks(call("search_logs", query="status:error"), call("list_changes"))
CONCLUDES = answers.success(an_explanation())


def last_message(server: MessagesServer) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = server.requests[-1].json["messages"][-1]["content"]
    return content


async def test_questions_become_calls_in_their_order() -> None:
    async with investigating(ASKS) as (investigation, _):
        turn = await investigation.turn()

    assert [(each.name, each.arguments) for each in turn.calls] == [
        ("search_logs", {"query": "status:error"}),
        ("list_changes", {}),
    ]
    assert turn.number == 1
    assert turn.explanation is None


async def test_an_answer_in_the_schema_becomes_the_explanation() -> None:
    async with investigating(CONCLUDES) as (investigation, _):
        turn = await investigation.turn()

    assert turn.explanation == an_explanation()
    assert turn.calls == ()


async def test_an_investigation_of_several_turns_is_never_refused_by_the_api() -> None:
    script = Character(policy="investigates", turns=5)

    async with investigating(script=script) as (investigation, server):
        turn = await investigation.to_the_end()

    assert turn.number == 5
    assert [exchange.status for exchange in server.exchanges] == [200] * 5


async def test_each_call_is_answered_under_its_id_and_its_evidence_id() -> None:
    script = Turns(turns=(ASKS, CONCLUDES))

    async with investigating(script=script) as (investigation, server):
        investigation.answer = lambda asked: found(f"{{'tool': '{asked.name}'}}")
        await investigation.to_the_end()

    calls = investigation.transcript.turns[0].calls
    first, second = last_message(server)
    assert [first["tool_use_id"], second["tool_use_id"]] == [each.id for each in calls]
    assert "EVIDENCE tool-1-1 (search_logs): found\n| {'tool': 'search_logs'}" in first["content"]
    assert (
        "EVIDENCE tool-1-2 (list_changes): found\n| {'tool': 'list_changes'}" in second["content"]
    )
    assert first["is_error"] is False


async def test_a_call_that_failed_is_an_error_without_an_evidence_id() -> None:
    script = Turns(turns=(asks(call("search_logs")), CONCLUDES))

    async with investigating(script=script) as (investigation, server):
        investigation.answer = lambda _: failed("Datadog answered 403")
        await investigation.to_the_end()

    (result,) = last_message(server)
    assert result["is_error"] is True
    assert result["content"].endswith("ANSWER (search_logs): could not ask\n| Datadog answered 403")


async def test_a_search_without_findings_is_no_error() -> None:
    script = Turns(turns=(asks(call("search_logs")), CONCLUDES))
    nothing = found('{"count": 0}').model_copy(update={"status": SourceStatus.NOTHING})

    async with investigating(script=script) as (investigation, server):
        investigation.answer = lambda _: nothing
        await investigation.to_the_end()

    (result,) = last_message(server)
    assert result["is_error"] is False
    assert "EVIDENCE tool-1-1 (search_logs): nothing there" in result["content"]


async def test_a_call_without_a_stored_result_is_answered_as_not_asked() -> None:
    script = Turns(turns=(ASKS, CONCLUDES))

    async with investigating(script=script) as (investigation, server):
        await investigation.turn()
        said = investigation.transcript
        investigation.transcript = Transcript(turns=said.turns, results=said.results[:1])
        await investigation.turn()

    _, unanswered = last_message(server)
    assert unanswered["is_error"] is True
    assert unanswered["content"].endswith(" NOT ASKED.")


async def test_the_models_blocks_are_handed_back_unchanged() -> None:
    thinks = answers.Answer(calls=(call("search_logs", query="a"),), thinking="Is it the change?")
    script = Turns(turns=(thinks, CONCLUDES))

    async with investigating(script=script) as (investigation, server):
        await investigation.to_the_end()

    assistant = server.requests[-1].json["messages"][1]
    assert assistant["role"] == "assistant"
    assert assistant["content"] == list(investigation.transcript.turns[0].content)
    assert assistant["content"][0]["thinking"] == "Is it the change?"


async def test_a_forced_conclusion_says_why_and_forbids_tools_that_it_still_describes() -> None:
    async with investigating(script=Character(policy="asks_for_ever")) as (investigation, server):
        await investigation.turn()
        turn = await investigation.turn(conclude=LIMIT)

    request = server.requests[-1].json
    assert request["tool_choice"] == {"type": "none"}
    assert [tool["name"] for tool in request["tools"]] == [tool.name for tool in TOOLS]
    assert f"NO MORE QUESTIONS: {LIMIT}." in last_message(server)[-1]["text"]
    assert turn.explanation is not None


async def test_a_first_turn_can_be_the_last_one() -> None:
    async with investigating(script=Character(policy="asks_for_ever")) as (investigation, server):
        turn = await investigation.turn(conclude=LIMIT)

    assert turn.explanation is not None
    assert len(server.requests[0].json["messages"]) == 1


async def test_while_it_may_ask_claude_chooses_for_itself() -> None:
    async with investigating(ASKS) as (investigation, server):
        await investigation.turn()

    assert server.requests[0].json["tool_choice"] == {"type": "auto"}


async def test_without_tools_there_is_nothing_to_choose() -> None:
    async with investigating(CONCLUDES) as (investigation, server):
        investigation.tools = ()
        turn = await investigation.turn(conclude=LIMIT)

    assert turn.explanation == an_explanation()
    assert {"tools", "tool_choice"}.isdisjoint(server.requests[0].json)


@pytest.mark.parametrize(
    "answer",
    [
        answers.malformed_json(),
        answers.wrong_schema(summary="x", category="gremlins"),
        answers.Answer(text=""),
        answers.Answer(text="I would like to think about it."),
    ],
    ids=["malformed", "wrong schema", "empty", "prose"],
)
async def test_an_unreadable_answer_is_a_paid_turn_with_neither_questions_nor_explanation(
    answer: answers.Answer,
) -> None:
    async with investigating(answer) as (investigation, _):
        turn = await investigation.turn()

    assert turn.explanation is None
    assert turn.calls == ()
    assert turn.usage.output_tokens > 0


async def test_after_an_unreadable_answer_claude_is_told_so_and_asked_again() -> None:
    script = Turns(turns=((answers.malformed_json(), CONCLUDES),))

    async with investigating(script=script) as (investigation, server):
        turn = await investigation.to_the_end()

    assert turn.number == 2
    assert turn.explanation == an_explanation()
    assert "YOUR ANSWER COULD NOT BE READ" in last_message(server)[-1]["text"]


async def test_an_unreadable_conclusion_that_was_forced_is_asked_for_again() -> None:
    script = Turns(turns=(ASKS, (answers.malformed_json(), CONCLUDES)))

    async with investigating(script=script) as (investigation, server):
        await investigation.turn()
        await investigation.turn(conclude=LIMIT)
        turn = await investigation.turn(conclude=LIMIT)

    said = [block.get("text", "") for block in last_message(server)]
    assert turn.explanation == an_explanation()
    assert [text.split(" ")[1] for text in said if text] == ["NO", "YOUR", "NO"]


async def test_unknown_tools_and_wrong_arguments_come_back_as_calls() -> None:
    async with investigating(script=Character(policy="asks_wrongly")) as (investigation, _):
        turn = await investigation.turn()

    assert [each.name for each in turn.calls] == [
        "create_downtime",
        "search_logs",
        "get_monitor_details",
    ]
    assert turn.calls[1].arguments == {"query": 7, "colour": "red"}


async def test_arguments_that_are_no_object_come_back_as_something_that_no_tool_takes() -> None:
    async with investigating(asks(Call(name="search_logs", arguments=[1]))) as (investigation, _):
        turn = await investigation.turn()

    assert turn.calls[0].arguments == {"input": [1]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (answers.refusal(), InvalidInput),
        (answers.truncated(), UnexpectedReply),
        (answers.Answer(text="{}", stop_reason="pause_turn"), UnexpectedReply),
        (answers.Answer(text="", stop_reason="model_context_window_exceeded"), InvalidInput),
        (answers.overloaded(), Unavailable),
        (answers.not_the_api(), UnexpectedReply),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
async def test_a_turn_fails_with_our_errors_and_is_not_repeated(
    answer: answers.Answer, expected: type[Exception]
) -> None:
    async with investigating(answer) as (investigation, server):
        with pytest.raises(expected):
            await investigation.turn()

    assert len(server.requests) == 1


async def test_the_effort_is_sent_only_where_it_is_set() -> None:
    async with investigating(CONCLUDES, effort="low") as (investigation, careless):
        await investigation.turn()
    async with investigating(CONCLUDES) as (investigation, quiet):
        await investigation.turn()

    assert careless.requests[0].json["output_config"]["effort"] == "low"
    assert "effort" not in quiet.requests[0].json["output_config"]


async def test_a_secret_in_the_digest_or_in_a_result_does_not_leave() -> None:
    script = Turns(turns=(asks(call("search_logs")), CONCLUDES))

    async with investigating(script=script) as (investigation, server):
        investigation.digest = investigation.digest.model_copy(
            update={
                "sections": tuple(
                    section.model_copy(update={"lines": ("password=hunter2-hunter2",)})
                    for section in investigation.digest.sections
                )
            }
        )
        investigation.answer = lambda _: found("postgres://app:hunter2-hunter2@db/orders")
        await investigation.to_the_end()

    assert b"hunter2" not in server.requests[-1].body


async def test_the_operators_notes_join_the_instructions_and_stay_the_same() -> None:
    async with investigating(ASKS, CONCLUDES) as (investigation, server):
        investigation.claude.heed("A rollback is always allowed.")
        await investigation.to_the_end()

    instructions = [request.json["system"][0]["text"] for request in server.requests]
    assert instructions[0].endswith("A rollback is always allowed.")
    assert len(set(instructions)) == 1
