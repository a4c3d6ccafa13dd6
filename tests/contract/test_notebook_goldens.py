"""Whole notebooks look as they were agreed to look."""

from collections.abc import Callable

import pytest

from domain.notebook import Notebook
from tests.contract.notebook_goldens import GOLDENS, NOTEBOOKS, as_page, golden_file


@pytest.mark.parametrize("make", NOTEBOOKS, ids=lambda make: make.__name__)
def test_a_notebook_looks_as_agreed(make: Callable[[], Notebook]) -> None:
    agreed = golden_file(make).read_text(encoding="utf-8")

    assert as_page(make()) == agreed


def test_every_agreed_notebook_is_still_made() -> None:
    assert {golden_file(make) for make in NOTEBOOKS} == set(GOLDENS.iterdir())
