"""A command's exit code, and the sentence that explains it."""

import pytest

from cli.ending import exit_code
from domain.errors import Unavailable


def _raise(error: BaseException) -> None:
    raise error


def test_a_command_that_returns_ends_with_0() -> None:
    assert exit_code(lambda: None) == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SystemExit(0), 0),
        (SystemExit(), 0),
        (SystemExit(2), 2),
        (SystemExit("why"), 1),
        (Unavailable("it is down"), 1),
        (KeyboardInterrupt(), 130),
        (ZeroDivisionError(), 70),
    ],
    ids=repr,
)
def test_every_end_has_its_code(error: BaseException, code: int) -> None:
    assert exit_code(lambda: _raise(error)) == code


def test_our_errors_are_one_sentence_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exit_code(lambda: _raise(Unavailable("[db] is down")))

    assert capsys.readouterr().err == "Rayne could not go on: [db] is down\n"


def test_a_bug_shows_where_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code(lambda: _raise(ZeroDivisionError("by hand")))

    assert "Traceback" in capsys.readouterr().err
