"""Claude through the real client, against a scripted Messages API."""

import asyncio
import json
import logging
from datetime import timedelta

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from adapters.claude import Claude
from domain.analysis import AnalystKind, Draft, Usage
from domain.case import Case
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
from tests.factories import a_case, an_alert, an_explanation, an_item
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer
from tests.servers.anthropic_answers import Answer

KEY = "sk-ant-api03-made-up-key"
TOKEN = "sk-ant-oat01-made-up-token"
MODEL = "claude-sonnet-5-5"


def claude_at(
    url: str,
    *,
    api_key: str | None = KEY,
    auth_token: str | None = None,
    timeout: timedelta = timedelta(seconds=10),
) -> Claude:
    return Claude.connect(
        api_key=api_key, auth_token=auth_token, base_url=url, model=MODEL, timeout=timeout
    )


async def explain(
    server: MessagesServer,
    case: Case | None = None,
    *,
    api_key: str | None = KEY,
    auth_token: str | None = None,
) -> Draft:
    claude = claude_at(server.url, api_key=api_key, auth_token=auth_token)
    try:
        return await claude.explain(case or a_case())
    finally:
        await claude.close()


async def failure(answer: Answer) -> RayneError:
    async with MessagesServer.running(answer) as server:
        with pytest.raises(RayneError) as caught:
            await explain(server)
    return caught.value


async def test_an_answer_in_the_schema_becomes_the_draft() -> None:
    async with MessagesServer.running(answers.success(an_explanation())) as server:
        draft = await explain(server)

    assert draft.explanation == an_explanation()
    assert draft.authorship.analyst is AnalystKind.CLAUDE
    assert draft.authorship.model == MODEL


async def test_the_usage_counts_cached_tokens_apart() -> None:
    answer = answers.success(
        an_explanation(),
        input_tokens=10,
        output_tokens=20,
        cache_read_input_tokens=30,
        cache_creation_input_tokens=40,
    )

    async with MessagesServer.running(answer) as server:
        draft = await explain(server)

    assert draft.authorship.usage == Usage(
        input_tokens=10, output_tokens=20, cache_read_tokens=30, cache_write_tokens=40
    )


async def test_the_requested_schema_admits_an_explanation_and_nothing_beside_it() -> None:
    async with MessagesServer.running(answers.success(an_explanation())) as server:
        await explain(server)

    schema = server.requests[0].json["output_config"]["format"]["schema"]
    whole = an_explanation().model_dump(mode="json")
    jsonschema.validate(whole, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(whole | {"mood": "good"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"summary": "All other fields are missing."}, schema)


async def test_two_cases_share_the_cached_beginning_of_the_request() -> None:
    other = a_case(items=(an_item(text="something else entirely"),))

    async with MessagesServer.running(answers.success(an_explanation())) as server:
        await explain(server)
        await explain(server, other)

    first, second = (request.json for request in server.requests)
    assert first["system"] == second["system"]
    assert first["system"][-1]["cache_control"] == {"type": "ephemeral"}
    assert first["output_config"] == second["output_config"]
    assert first["messages"] != second["messages"]


async def test_the_case_that_is_sent_holds_the_evidence() -> None:
    case = a_case(items=(an_item(id="log-7", text="payment refused: connection reset"),))

    async with MessagesServer.running(answers.success(an_explanation())) as server:
        await explain(server, case)

    assert "EVIDENCE log-7" in server.requests[0].case
    assert "payment refused: connection reset" in server.requests[0].case


async def test_an_api_key_is_sent_as_it_was_given_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-from-the-environment")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "from-the-environment")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("ANTHROPIC_PROFILE", "nobody")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "authorization: Bearer from-the-environment")

    async with MessagesServer.running(answers.success(an_explanation())) as server:
        await explain(server)

    headers = server.requests[0].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert "from-the-environment" not in str(headers)
    assert "anthropic-beta" not in headers


async def test_an_oauth_token_is_sent_as_a_bearer_with_its_beta_header() -> None:
    async with MessagesServer.running(answers.success(an_explanation())) as server:
        await explain(server, api_key=None, auth_token=TOKEN)

    headers = server.requests[0].headers
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["anthropic-beta"] == "oauth-2025-04-20"


async def test_without_a_base_url_the_request_goes_to_anthropic_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    monkeypatch.setenv("HTTPS_PROXY", address)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    claude = Claude.connect(
        api_key=KEY, auth_token=None, base_url=None, model=MODEL, timeout=timedelta(seconds=5)
    )

    async with server:
        with pytest.raises(Unavailable):
            await claude.explain(a_case())

    assert asked == [b"CONNECT api.anthropic.com:443 HTTP/1.1\r\n"]
    await claude.close()


@pytest.mark.parametrize("blank", [None, ""])
def test_neither_key_nor_token_is_misconfigured(blank: str | None) -> None:
    with pytest.raises(Misconfigured, match="ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN"):
        claude_at("http://127.0.0.1:1", api_key=blank, auth_token=blank)


@pytest.mark.parametrize("key", ["sk-ant-\u2026x", "sk-ant-x\n", "sk ant"])
def test_a_key_that_fits_no_header_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(Misconfigured, match="ANTHROPIC_API_KEY") as caught:
        claude_at("http://127.0.0.1:1", api_key=key)

    assert key not in str(caught.value)


def test_an_address_that_is_none_is_misconfigured() -> None:
    with pytest.raises(Misconfigured, match="ANTHROPIC_BASE_URL"):
        claude_at("http://[::bad")


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


async def test_no_key_and_no_prompt_is_logged_even_at_debug(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="anthropic")
    case = a_case(alerts=(an_alert(message="grapefruit"),))

    async with MessagesServer.running(answers.success(an_explanation())) as server:
        await explain(server, case)

    assert "grapefruit" in server.requests[0].case
    assert KEY not in caplog.text
    assert "grapefruit" not in caplog.text


async def test_a_secret_in_the_evidence_does_not_leave() -> None:
    case = a_case(
        alerts=(an_alert(message="password=hunter2-hunter2"),),
        items=(an_item(text="connecting to postgres://app:hunter2-hunter2@db/orders"),),
    )

    async with MessagesServer.running(answers.success(an_explanation())) as server:
        await explain(server, case)

    assert b"hunter2" not in server.requests[0].body


async def test_the_scripted_server_can_explain_whatever_case_it_is_sent() -> None:
    case = a_case(items=(an_item(id="event-1", text="title: Deployed checkout 2.4.1"), an_item()))

    async with MessagesServer.running(answers.success_citing_the_case()) as server:
        draft = await explain(server, case)

    assert draft.explanation.culprit_change == "event-1"
    cited = draft.explanation.claims[0]
    assert cited.quote == "title: Deployed checkout 2.4.1"


async def test_the_scripted_server_refuses_what_the_api_refuses() -> None:
    async with MessagesServer.running(answers.success(an_explanation())) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(server.url.split(":")[-1]))
        body = json.dumps({"model": MODEL, "messages": [], "tool_choice": {"type": "any"}})
        writer.write(
            f"POST /v1/messages HTTP/1.1\r\nx-api-key: k\r\nanthropic-version: 1\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()
        )
        answer = await reader.read()
        writer.close()

    assert b"400" in answer.split(b"\r\n")[0]
    assert b"invalid_request_error" in answer
