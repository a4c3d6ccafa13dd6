"""A running Rayne, as commands reach it: the one on this machine, or the one at RAYNE_URL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.embedded.state import StateFolder
from adapters.rayne_api import RayneApi
from adapters.settings import Settings
from cli.stack import running_stack


@asynccontextmanager
async def rayne_at_hand(settings: Settings) -> AsyncIterator[RayneApi]:
    """Shows RAYNE_API_TOKEN where there is one. Asks nothing yet."""
    token = settings.api_token.get_secret_value() if settings.api_token else None
    api = RayneApi.connect(_address(settings), token=token)
    try:
        yield api
    finally:
        await api.aclose()


def _address(settings: Settings) -> str:
    if settings.url:
        return settings.url
    stack = running_stack(StateFolder(settings.state_dir))
    return stack.api if stack else f"http://{settings.api_host}:{settings.api_port}"
