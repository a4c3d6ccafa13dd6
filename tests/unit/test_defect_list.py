"""Each defect of the first Rayne names tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "docs/decisions/014-defects-of-the-first-rayne.md").read_text().splitlines()
DEFECTS = {line.split("|")[1].strip(): line for line in LINES if re.match(r"\| D\d+ \|", line)}
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests; none where there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text() if file.exists() else "")
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    return frozenset(node.name for node in tree.body if isinstance(node, functions))


def test_the_list_has_all_24() -> None:
    assert list(DEFECTS) == [f"D{number}" for number in range(1, 25)]


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_held_by_tests_that_exist(defect: str) -> None:
    named = NAMED.findall(DEFECTS[defect])

    assert named or "Cannot occur" in DEFECTS[defect], f"{defect} names no test"
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []


def test_nothing_that_looks_like_a_test_is_misspelled() -> None:
    assert all(line.count("::") == len(NAMED.findall(line)) for line in DEFECTS.values())
