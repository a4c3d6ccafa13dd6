"""The routes that ask Datadog answer in the shapes that were agreed."""

import json
from typing import Any

import pytest

from tests.contract.datadog_api_goldens import ANSWERS, QUESTIONS, answers, golden_file


@pytest.fixture(scope="module")
def answered() -> dict[str, dict[str, Any]]:
    return answers()


@pytest.mark.parametrize("name", [question.name for question in QUESTIONS])
def test_an_answer_looks_as_agreed(name: str, answered: dict[str, dict[str, Any]]) -> None:
    agreed = json.loads(golden_file(name).read_text(encoding="utf-8"))

    assert answered[name] == agreed


def test_every_agreed_answer_has_its_question() -> None:
    assert {path.stem for path in ANSWERS.iterdir()} == {question.name for question in QUESTIONS}
