"""Scripted conversations with Datadog: the answers are given, the questions are kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx

from dd_lib.client import DatadogClient
from dd_lib.datadog import DatadogApi

Scripted = httpx.Response | dict[str, Any]


class Script:
    """Gives its answers in order, the last one for ever; a dict is a 200 with that body."""

    def __init__(self, *answers: Scripted) -> None:
        self._answers = list(answers)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return httpx.Response(200, json=answer) if isinstance(answer, dict) else answer


@asynccontextmanager
async def client_of(script: Script) -> AsyncIterator[DatadogClient]:
    """For what no port names."""
    client = DatadogClient.connect(
        api_url="https://api.datadog.test",
        api_key="the-api-key",
        app_key="the-app-key",
        transport=httpx.MockTransport(script),
    )
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def talking_to(script: Script, **changes: Any) -> AsyncIterator[DatadogApi]:
    options: dict[str, Any] = {
        "api_url": "https://api.datadog.test",
        "app_url": "https://app.datadog.test",
        "api_key": "the-api-key",
        "app_key": "the-app-key",
        "timeout": timedelta(seconds=5),
        "transport": httpx.MockTransport(script),
    }
    api = DatadogApi.connect(**(options | changes))
    try:
        yield api
    finally:
        await api.aclose()
