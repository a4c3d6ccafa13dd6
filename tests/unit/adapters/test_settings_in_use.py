"""No setting is a knob that moves nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.settings import Settings

ROOT = Path(__file__).parents[3]
PACKAGES = ("adapters", "api", "cli", "workers")


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Every attribute that is read, and every name that a list of names holds."""
    return {
        word
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
        for word in _words(ast.parse(file.read_text()))
    }


def _words(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("field", Settings.model_fields)
def test_a_setting_is_read_by_something(field: str, words: set[str]) -> None:
    assert field in words


def test_a_setting_that_nothing_reads_is_noticed(words: set[str]) -> None:
    assert "public_host" not in words
