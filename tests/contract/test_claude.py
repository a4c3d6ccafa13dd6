"""What Claude is asked and what its answer becomes, through the real client."""

import asyncio
import logging
from datetime import timedelta

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from adapters.claude import Claude
from domain.analysis import AnalystKind, Usage
from domain.errors import Misconfigured, Unavailable
from tests.contract.asking_claude import KEY, MODEL, TOKEN, claude_at, explain
from tests.factories import a_case, an_alert, an_explanation, an_item
from tests.servers import anthropic_answers as answers
from tests.servers.anthropic import MessagesServer


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
    monkeypatch.setenv("https_proxy", address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
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
