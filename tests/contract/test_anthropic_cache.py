"""The simulated prompt cache counts as the API documents it."""

from typing import Any

import pytest

from tests.servers.anthropic_cache import LEAST_TOKENS, LOOKBACK, PromptCache

MARKED = {"cache_control": {"type": "ephemeral"}}
LONG = "x" * 4 * LEAST_TOKENS


def text(content: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": content, **more}


def a_request(*blocks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Long instructions that are kept, and these blocks from the user."""
    return {
        "model": "claude-sonnet-5-5",
        "tools": [{"name": "search_logs"}],
        "system": [text(LONG, **MARKED)],
        "messages": [{"role": "user", "content": list(blocks)}],
    } | changes


def test_the_first_request_writes_what_is_marked_and_reads_nothing() -> None:
    usage = PromptCache().usage(a_request(text("hello")))

    assert usage["cache_read_input_tokens"] == 0
    assert usage["cache_creation_input_tokens"] > LEAST_TOKENS
    assert 0 < usage["input_tokens"] < 20


def test_the_same_prefix_is_read_and_only_what_follows_is_new() -> None:
    cache = PromptCache()
    first = cache.usage(a_request(text("one")))
    second = cache.usage(a_request(text("another")))

    assert second["cache_read_input_tokens"] == first["cache_creation_input_tokens"]
    assert second["cache_creation_input_tokens"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"tools": [{"name": "list_changes"}]},
        {"model": "claude-opus-5-5"},
        {"output_config": {"format": {"type": "json_schema", "schema": {}}}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_other_tools_model_or_format_begin_another_cache(changes: dict[str, Any]) -> None:
    cache = PromptCache()
    cache.usage(a_request(text("one")))

    assert cache.usage(a_request(text("one"), **changes))["cache_read_input_tokens"] == 0


@pytest.mark.parametrize(
    "changes",
    [{"tool_choice": {"type": "none"}}, {"output_config": {"effort": "low"}}],
    ids=lambda changes: next(iter(changes)),
)
def test_another_choice_or_effort_keeps_the_instructions_and_loses_the_messages(
    changes: dict[str, Any],
) -> None:
    cache = PromptCache()
    first = cache.usage(a_request(text(LONG, **MARKED)))
    second = cache.usage(a_request(text(LONG, **MARKED), **changes))

    assert 0 < second["cache_read_input_tokens"] < first["cache_creation_input_tokens"]


def test_a_short_prompt_is_not_cached() -> None:
    short = a_request(text("hi", **MARKED), system=[text("short", **MARKED)])

    usage = PromptCache().usage(short)

    assert usage["cache_creation_input_tokens"] == 0
    assert usage["input_tokens"] > 0


@pytest.mark.parametrize(("between", "is_found"), [(LOOKBACK - 1, True), (LOOKBACK, False)])
def test_a_marked_block_finds_what_was_kept_within_its_reach(between: int, is_found: bool) -> None:
    cache = PromptCache()
    kept = cache.usage(a_request(text(LONG, **MARKED)))["cache_creation_input_tokens"]
    more = [text(str(number)) for number in range(between - 1)]

    usage = cache.usage(a_request(text(LONG), *more, text("last", **MARKED)))

    assert (usage["cache_read_input_tokens"] == kept) is is_found


def test_results_in_a_row_count_as_one_position() -> None:
    cache = PromptCache()
    kept = cache.usage(a_request(text(LONG, **MARKED)))["cache_creation_input_tokens"]
    results = [
        {"type": "tool_result", "tool_use_id": str(number), "content": "x"}
        for number in range(2 * LOOKBACK)
    ]

    usage = cache.usage(a_request(text(LONG), *results, text("last", **MARKED)))

    assert usage["cache_read_input_tokens"] == kept
