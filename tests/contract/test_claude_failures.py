"""How Claude's failures reach us: as the error that says whether asking again would help."""

import asyncio
from datetime import timedelta

import pytest

from domain.errors import (
    Garbled,
    InvalidInput,
    Misconfigured,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)
from tests.contract.asking_claude import KEY, TOKEN, claude_at, explain, failure
from tests.factories import a_case, an_explanation
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_answers import Answer


@pytest.mark.parametrize(
    ("answer", "expected", "message"),
    [
        (answers.refusal(), InvalidInput, "declined to explain this case (cyber)"),
        (answers.refusal(None), InvalidInput, "declined"),
        (answers.truncated(), UnexpectedReply, "cut off after 340 tokens"),
        (answers.malformed_json(), Garbled, "breaks the agreed schema"),
        (answers.wrong_schema(), Garbled, "summary: missing"),
        (answers.wrong_schema(summary="x", category="gremlins"), Garbled, "category: enum"),
        (answers.not_the_api(), UnexpectedReply, "something else than a message"),
        (Answer(body="{}"), UnexpectedReply, "model: missing"),
        (Answer(text="{}", stop_reason="pause_turn"), UnexpectedReply, "'pause_turn'"),
        (
            Answer(text="", stop_reason="model_context_window_exceeded"),
            InvalidInput,
            "longer than the model's context",
        ),
        (answers.bad_key(), Misconfigured, "refused ANTHROPIC_API_KEY"),
        (answers.error(403, "permission_error"), Misconfigured, "ANTHROPIC_API_KEY"),
        (answers.error(402, "billing_error"), Misconfigured, "billing"),
        (
            answers.error(400, "invalid_request_error", "Your credit balance is too low to access"),
            Misconfigured,
            "no credit left",
        ),
        (
            answers.error(
                400, "invalid_request_error", "on hold", error_code="organization_on_hold"
            ),
            Misconfigured,
            "on hold",
        ),
        (
            answers.error(400, "invalid_request_error", "model does not support output format"),
            Misconfigured,
            "RAYNE_CLAUDE_MODEL",
        ),
        (answers.error(400, "invalid_request_error", "Error"), InvalidInput, "as invalid"),
        (answers.error(422, "invalid_request_error"), InvalidInput, "status 422"),
        (answers.unknown_model(), Misconfigured, "RAYNE_CLAUDE_MODEL"),
        (answers.too_large(), InvalidInput, "too long"),
        (answers.too_long(), InvalidInput, "too long"),
        (answers.rate_limited(), RateLimited, "slow down"),
        (
            answers.error(429, "rate_limit_error", error_code="enforced_spend_limit_reached"),
            Misconfigured,
            "spend limit",
        ),
        (answers.rate_limited(x_should_retry="false"), Misconfigured, "spend limit"),
        (answers.overloaded(), Unavailable, "overloaded"),
        (answers.server_error(500), Unavailable, "status 500"),
        (answers.server_error(502), Unavailable, "status 502"),
        (answers.server_error(503), Unavailable, "status 503"),
        (answers.server_error(504), TimedOut, "status 504"),
        (answers.server_error(501), UnexpectedReply, "status 501"),
        (
            answers.server_error(500, headers={"x-should-retry": "false"}),
            UnexpectedReply,
            "a retry will not help",
        ),
        (answers.error(408, "timeout_error"), TimedOut, "status 408"),
        (answers.error(409, "conflict_error"), Unavailable, "status 409"),
        (answers.error(418, "api_error"), UnexpectedReply, "status 418"),
        (answers.dropped_connection(), Unavailable, "cannot be reached"),
        (answers.broken_off(), Unavailable, "cannot be reached"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_every_failure_becomes_the_error_that_says_whether_to_retry(
    answer: Answer, expected: type[RayneError], message: str
) -> None:
    error = await failure(answer)

    assert type(error) is expected
    assert message in str(error)


async def test_an_address_where_nobody_listens_is_unavailable() -> None:
    async with MessagesServer.running(answers.overloaded()) as server:
        pass

    with pytest.raises(Unavailable, match="cannot be reached"):
        await explain(server)


async def test_a_slow_answer_is_given_up_at_the_timeout() -> None:
    loop = asyncio.get_running_loop()
    async with MessagesServer.running(answers.slow(60, an_explanation())) as server:
        claude = claude_at(server.url, timeout=timedelta(seconds=0.2))
        began = loop.time()
        with pytest.raises(TimedOut):
            await claude.explain(a_case())
        took = loop.time() - began
        await claude.close()

    assert took < 10


async def test_a_dripping_answer_does_not_outlast_the_timeout() -> None:
    async with MessagesServer.running(answers.dripping(every=0.05)) as server:
        claude = claude_at(server.url, timeout=timedelta(seconds=0.3))
        with pytest.raises(TimedOut, match="within"):
            await claude.explain(a_case())
        await claude.close()


async def test_a_failed_call_is_not_repeated_by_the_client() -> None:
    async with MessagesServer.running(
        answers.overloaded(), answers.success(an_explanation())
    ) as server:
        with pytest.raises(Unavailable):
            await explain(server)

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry_after": "7"}, timedelta(seconds=7)),
        ({"retry_after": "7", "retry_after_ms": "1500"}, timedelta(seconds=1.5)),
        ({"retry_after": "86400"}, timedelta(seconds=60)),
        ({"retry_after": "0"}, timedelta(0)),
        ({"retry_after": "-3"}, None),
        ({"retry_after": "nan"}, None),
        ({"retry_after": "inf"}, timedelta(seconds=60)),
        ({"retry_after": "Fri, 02 Jan 2026 12:00:00 GMT"}, None),
        ({}, None),
    ],
    ids=str,
)
async def test_the_wait_that_claude_asks_for_is_passed_on_up_to_a_minute(
    headers: dict[str, str], expected: timedelta | None
) -> None:
    error = await failure(answers.rate_limited(**headers))

    assert error.retry_after == expected


async def test_an_oauth_token_that_is_refused_is_named_as_the_token() -> None:
    async with MessagesServer.running(answers.bad_key()) as server:
        with pytest.raises(Misconfigured, match="ANTHROPIC_AUTH_TOKEN"):
            await explain(server, api_key=None, auth_token=TOKEN)


@pytest.mark.parametrize(
    "answer",
    [
        answers.error(400, "invalid_request_error", f"bad: {KEY} grapefruit"),
        answers.error(500, "api_error", f"bad: {KEY} grapefruit"),
        answers.Answer(body=f'{{"model": "{KEY} grapefruit"}}'),
        answers.Answer(text=f'{{"{KEY} grapefruit": "grapefruit"}}'),
        answers.dropped_connection(),
    ],
    ids=["400", "500", "not a message", "not the schema", "dropped"],
)
async def test_no_key_and_no_text_of_either_side_is_in_an_error(answer: Answer) -> None:
    error = await failure(answer)

    assert KEY not in repr(error)
    assert "grapefruit" not in repr(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
