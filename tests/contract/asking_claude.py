"""Asks Claude through the real client, at an address of the test's choice."""

from datetime import timedelta

import pytest

from adapters.claude import Claude
from domain.analysis import Draft
from domain.case import Case
from domain.errors import RayneError
from tests.factories import a_case
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
