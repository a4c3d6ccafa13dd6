"""Words that tell what happened to a monitor."""

import pytest

from domain.alerts import Transition
from domain.transitions import read_word


@pytest.mark.parametrize(
    ("word", "transition"),
    [
        *((transition.value, transition) for transition in Transition if transition != "Unknown"),
        ("TRIGGERED", Transition.TRIGGERED),
        ("re triggered", Transition.RE_TRIGGERED),
        ("Retriggered", Transition.RE_TRIGGERED),
        ("NO_DATA", Transition.NO_DATA),
        ("Warn Recovered", Transition.RECOVERED),
        ("No Data Recovered", Transition.RECOVERED),
        ("auto-resolved", Transition.RECOVERED),
        ("OK", Transition.RECOVERED),
        ("Muted", None),
        ("", None),
        ("avg(last_5m) was high for so long that it cannot be one word: recovered", None),
    ],
)
def test_a_transition_is_known_in_any_spelling(word: str, transition: Transition | None) -> None:
    assert read_word(word, recovery_anywhere=True) is transition


def test_a_status_sentence_with_recovered_in_it_is_no_recovery() -> None:
    assert read_word("it has not recovered", recovery_anywhere=False) is None
