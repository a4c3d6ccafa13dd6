"""What a model's tokens cost, in US dollars per million.

List prices of the Claude API as published on platform.claude.com/docs/en/about-claude/pricing and
the models' own pages there, read in November 2026. They hold for the standard tier without a region
multiplier; cache writes are those that live five minutes, the only ones Rayne makes. A model whose
price is not known for certain is not here, and costs None instead of a guess.
"""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from domain.analysis import Usage

_MILLION: Final = Decimal(1_000_000)
_DATED = re.compile(r"[-@]\d{8}$")  # "claude-haiku-4-5-20251001" costs what "claude-haiku-4-5" does


class Price(NamedTuple):
    """Dollars per million tokens."""

    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write: Decimal


class Tariff(NamedTuple):
    """A model's price, and the one for prompts above `long_from` tokens where there is another."""

    price: Price
    long_from: int = 0
    long_price: Price | None = None


def _price(input_: str, output: str, cache_read: str, cache_write: str) -> Price:
    return Price(Decimal(input_), Decimal(output), Decimal(cache_read), Decimal(cache_write))


_OPUS_4_5_TO_5: Final = Tariff(_price("5", "25", "0.50", "6.25"))

TARIFFS: Final[dict[str, Tariff]] = {
    "claude-fable-5-1": Tariff(_price("10", "50", "0.25", "12.50")),
    "claude-mythos-5-1": Tariff(_price("10", "50", "0.25", "12.50")),
    "claude-fable-5": Tariff(_price("10", "50", "1", "12.50")),
    "claude-mythos-5": Tariff(_price("10", "50", "1", "12.50")),
    "claude-opus-5-5": Tariff(_price("4", "20", "0.20", "5")),
    "claude-opus-5": _OPUS_4_5_TO_5,
    "claude-opus-4-8": _OPUS_4_5_TO_5,
    "claude-opus-4-7": _OPUS_4_5_TO_5,
    "claude-opus-4-6": _OPUS_4_5_TO_5,
    "claude-opus-4-5": _OPUS_4_5_TO_5,
    "claude-sonnet-5-5": Tariff(_price("2", "10", "0.10", "2.50")),  # reads halved on 2026-10-07
    "claude-sonnet-5": Tariff(_price("2", "10", "0.20", "2.50")),
    "claude-sonnet-4-6": Tariff(_price("3", "15", "0.30", "3.75")),
    "claude-haiku-5-5": Tariff(
        _price("0.10", "0.50", "0.01", "0.125"),
        long_from=100_000,
        long_price=_price("0.50", "2.50", "0.05", "0.625"),
    ),
    "claude-haiku-4-5": Tariff(_price("1", "5", "0.10", "1.25")),
}


DEAREST: Final = max(TARIFFS, key=lambda model: TARIFFS[model].price.output)


def cost_usd(model: str, usage: Usage) -> Decimal | None:
    """What one request cost, exactly; None where the model's price is not known.

    A date after the model's name does not matter; any other addition makes it another model.
    """
    tariff = TARIFFS.get(_DATED.sub("", model))
    if tariff is None:
        return None
    price = _price_for(tariff, usage)
    return (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + usage.cache_read_tokens * price.cache_read
        + usage.cache_write_tokens * price.cache_write
    ) / _MILLION


def _price_for(tariff: Tariff, usage: Usage) -> Price:
    prompt = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    if tariff.long_price is not None and prompt > tariff.long_from:
        return tariff.long_price
    return tariff.price
