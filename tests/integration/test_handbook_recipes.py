"""What the handbook says to `temporal`, the program takes."""

import subprocess
from functools import cache
from itertools import takewhile

import pytest

from adapters.embedded.temporal import temporal_binary
from tests.pages import PAGES, commands

OF_ALL = {"--output"}  # what every command takes, and none of them lists
RECIPES = sorted({" ".join(words) for page in PAGES for words in commands(page, "temporal")})


@cache
def told_of(command: tuple[str, ...]) -> str:
    shown = subprocess.run(
        [temporal_binary(), *command, "--help"], capture_output=True, text=True, check=True
    )
    return shown.stdout


@pytest.mark.parametrize("recipe", RECIPES)
def test_command_and_options_are_known(recipe: str) -> None:
    words = recipe.split()
    command = tuple(takewhile(lambda word: not word.startswith("-"), words))
    options = {word for word in words if word.startswith("--")} - OF_ALL

    help_text = told_of(command)

    assert f"temporal {' '.join(command)} [flags]" in " ".join(help_text.split())
    assert {option for option in options if option not in help_text} == set()


def test_there_are_recipes() -> None:
    assert len(RECIPES) > 10
