"""What a request cost."""

from decimal import Decimal

import pytest

from domain.analysis import Usage
from domain.pricing import TARIFFS, cost_usd

A_MILLION = 1_000_000


@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        (Usage(input_tokens=A_MILLION), "2"),
        (Usage(output_tokens=A_MILLION), "10"),
        (Usage(cache_read_tokens=A_MILLION), "0.10"),
        (Usage(cache_write_tokens=A_MILLION), "2.50"),
        (Usage(input_tokens=1_200, output_tokens=340), "0.0058"),
        (Usage(), "0"),
    ],
)
def test_each_kind_of_token_has_its_own_price(usage: Usage, dollars: str) -> None:
    assert cost_usd("claude-sonnet-5-5", usage) == Decimal(dollars)


@pytest.mark.parametrize("model", ["claude-haiku-4-5-20251001", "claude-haiku-4-5@20251001"])
def test_a_date_after_the_name_does_not_change_the_price(model: str) -> None:
    usage = Usage(input_tokens=A_MILLION)

    assert cost_usd(model, usage) == cost_usd("claude-haiku-4-5", usage) == Decimal(1)


@pytest.mark.parametrize(
    "model", ["claude-fable-5-2", "claude-opus-5-50", "claude-opus", "gpt-6", "", "sonnet-5-5"]
)
def test_a_model_that_only_resembles_a_known_one_has_no_price(model: str) -> None:
    assert cost_usd(model, Usage(input_tokens=A_MILLION)) is None


def test_a_long_prompt_costs_the_long_price_for_every_token() -> None:
    short = Usage(input_tokens=60_000, cache_read_tokens=40_000, output_tokens=A_MILLION)
    long = Usage(input_tokens=60_001, cache_read_tokens=40_000, output_tokens=A_MILLION)

    assert cost_usd("claude-haiku-5-5", short) == Decimal("0.5064")
    assert cost_usd("claude-haiku-5-5", long) == Decimal("2.5320005")


@pytest.mark.parametrize("model", TARIFFS)
def test_reading_the_cache_is_cheaper_than_input_and_writing_it_dearer(model: str) -> None:
    price = TARIFFS[model].price

    assert price.cache_read < price.input < price.cache_write < price.output
