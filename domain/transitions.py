"""What happened to a monitor: transition and state, from words that never quite agree."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from domain.alerts import AlertStatus, Transition

_NO_LETTERS = re.compile(r"[^a-z]+")
_ENDINGS = ("recovered", "resolved")  # "Warn Recovered", "No Data Recovered", "Recovered (P2)"
_LONGEST_WORD = 60

_WORDS = {
    "triggered": Transition.TRIGGERED,
    "alert": Transition.TRIGGERED,
    "retriggered": Transition.RE_TRIGGERED,
    "realert": Transition.RE_TRIGGERED,
    "warn": Transition.WARN,
    "warning": Transition.WARN,
    "rewarn": Transition.RE_WARN,
    "nodata": Transition.NO_DATA,
    "renodata": Transition.RE_NO_DATA,
    "renotify": Transition.RENOTIFY,
    "renotified": Transition.RENOTIFY,
    "recovered": Transition.RECOVERED,
    "resolved": Transition.RECOVERED,
    "ok": Transition.RECOVERED,
}
_STATUS = {
    Transition.TRIGGERED: AlertStatus.ALERT,
    Transition.RE_TRIGGERED: AlertStatus.ALERT,
    Transition.WARN: AlertStatus.WARN,
    Transition.RE_WARN: AlertStatus.WARN,
    Transition.NO_DATA: AlertStatus.NO_DATA,
    Transition.RE_NO_DATA: AlertStatus.NO_DATA,
    Transition.RECOVERED: AlertStatus.OK,
}
_ALERT_TYPES = {"error": AlertStatus.ALERT, "warning": AlertStatus.WARN}


class Change(NamedTuple):
    transition: Transition
    status: AlertStatus
    text: str  # the words it was read from, as they came


class ChangeWords(NamedTuple):
    """Everything in a webhook that may tell, in the order in which it is believed."""

    transitions: tuple[str, ...]  # $ALERT_TRANSITION under its names
    statuses: tuple[str, ...]  # documented states only; Datadog's $ALERT_STATUS is a sentence
    title: str  # the word in the title's brackets
    alert_type: str


def read_change(words: ChangeWords) -> Change:
    """The first source that has a word we know. None has: UNKNOWN, as an alert to be looked at."""
    said = tuple(word for word in words.transitions if word)
    found = (
        _first(said, recovery_anywhere=True)
        or _first(words.statuses, recovery_anywhere=False)
        or _first((words.title,), recovery_anywhere=True)
    )
    if found is None:
        text = next((word for word in (*said, words.title) if word), "")
        return Change(Transition.UNKNOWN, AlertStatus.ALERT, text)
    transition, text = found
    return Change(transition, _status(transition, words), text)


def read_word(text: str, *, recovery_anywhere: bool) -> Transition | None:
    """One word or short phrase, without regard to case, blanks and hyphens."""
    if len(text) > _LONGEST_WORD:
        return None
    letters = _NO_LETTERS.sub("", text.lower())
    known = _WORDS.get(letters)
    if known is None and recovery_anywhere and any(end in letters for end in _ENDINGS):
        return Transition.RECOVERED
    return known


def _first(texts: Iterable[str], *, recovery_anywhere: bool) -> tuple[Transition, str] | None:
    for text in texts:
        transition = read_word(text, recovery_anywhere=recovery_anywhere)
        if transition is not None:
            return transition, text
    return None


def _status(transition: Transition, words: ChangeWords) -> AlertStatus:
    """A reminder does not say of which state, so its alert type or stated status has to."""
    if transition is not Transition.RENOTIFY:
        return _STATUS[transition]
    by_type = _ALERT_TYPES.get(words.alert_type.lower())
    if by_type is not None:
        return by_type
    stated = _first(words.statuses, recovery_anywhere=False)
    return _STATUS.get(stated[0], AlertStatus.ALERT) if stated else AlertStatus.ALERT
