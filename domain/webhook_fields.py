"""A webhook's fields by name, whatever their spelling, and the 31 that the first Rayne had."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pydantic import JsonValue

from domain.webhook_body import read_object
from domain.webhook_values import clean, read_int64, read_tags, short

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 64  # of those worth remembering: senders choose some of them

# name in the original -> other names for the same thing, Datadog's and people's
_TEXTS = {
    "alert_title": ("title", "event_title"),
    "alert_message": ("body", "text_only_msg", "event_msg", "message"),
    "alert_status": (),
    "monitor_name": (),
    "monitor_type": (),
    "event_type": (),
    "priority": ("alert_priority",),
    "hostname": ("host",),
    "service": (),
    "scope": ("alert_scope",),
    "transition_id": (),
    "snapshot_url": ("snapshot",),
    "link": (),
    "org_name": (),
    "ALERT_STATE": ("alert_transition", "transition"),
    "APPLICATION_LONGNAME": (),
    "APPLICATION_TEAM": (),
    "DETAILED_DESCRIPTION": (),
    "IMPACT": (),
    "METRIC": (),
    "SUPPORT_GROUP": (),
    "THRESHOLD": (),
    "VALUE": (),
    "URGENCY": (),
}
_INTEGERS = {
    "alert_id": (),
    "monitor_id": (),
    "timestamp": ("date",),
    "last_updated": (),
    "org_id": (),
}


class Fields:
    """Looks names up exactly first, then without regard to case and separators.

    So `monitor_id`, `Monitor_ID` and `monitorId` are one name, and `org[id]` is `org_id`.
    A value that says nothing counts as absent, and the next spelling is tried. Each value is read
    once, and names are found without searching: a storm of webhooks waits for it.
    """

    def __init__(self, given: Mapping[str, object]) -> None:
        self._values = _with_organisation(given)
        self._cleaned = {name: clean(value) for name, value in self._values.items()}
        self._tags: dict[str, tuple[str, ...]] = {}
        self._spellings: dict[str, list[str]] = {}
        for name in self._values:
            self._spellings.setdefault(_squash(name), []).append(name)

    def text(self, *names: str) -> str:
        """The first of `names` that says something, else ""."""
        for name in names:
            if text := self._cleaned.get(name):
                return text
            for spelling in self._spellings.get(_squash(name), ()):
                if text := self._cleaned[spelling]:
                    return text
        return ""

    def texts(self, *names: str) -> Iterator[str]:
        for name in names:
            for spelling in self._spelled(name):
                yield self._cleaned[spelling]

    def name(self, *names: str) -> str:
        """Like `text`, short enough for an index: for what identifies or labels."""
        return short(self.text(*names))

    def integer(self, *names: str) -> int | None:
        """The first of `names` that is an integer of 64 bits, read exactly."""
        numbers = (read_int64(text) for text in self.texts(*names))
        return next((number for number in numbers if number is not None), None)

    def tags(self, *names: str) -> tuple[str, ...]:
        for name in names:
            if tags := self._tags_of(name):
                return tags
        return ()

    def exactly(self, name: str) -> str:
        return self._cleaned.get(name, "")

    def _tags_of(self, name: str) -> tuple[str, ...]:
        known = self._tags.get(name)
        if known is None:
            found = (read_tags(self._values[spelling]) for spelling in self._spelled(name))
            known = self._tags[name] = next(filter(None, found), ())
        return known

    def _spelled(self, name: str) -> Iterator[str]:
        """The spellings that were given, the exact one first."""
        if name in self._values:
            yield name
        yield from (other for other in self._spellings.get(_squash(name), ()) if other != name)


def original_payload(fields: Fields) -> dict[str, JsonValue]:
    """All 31 fields of the first Rayne in its types: "" and 0 for what is absent."""
    integers = {name: fields.integer(name, *others) or 0 for name, others in _INTEGERS.items()}
    texts = {name: fields.text(name, *others) for name, others in _TEXTS.items()}
    # The one name that differs from another by its case alone, so only its exact spelling counts.
    title = {"ALERT_TITLE": fields.exactly("ALERT_TITLE")}
    return {**integers, **texts, **title, "tags": list(fields.tags("tags"))}


def _squash(name: str) -> str:
    return _squash_usual(name) if len(name) <= _LONGEST_NAME else _squash_any(name)


def _squash_any(name: str) -> str:
    return _SEPARATORS.sub("", name.lower())


_squash_usual = lru_cache(maxsize=1_000)(_squash_any)


def _with_organisation(given: Mapping[str, object]) -> dict[str, object]:
    """Datadog's own payload nests the organisation; in a form the nested part is JSON text."""
    organisation = given.get("org")
    if isinstance(organisation, str):
        organisation = read_object(organisation, "org").fields
    if not isinstance(organisation, dict):
        return dict(given)
    nested = {f"org_{name}": organisation.get(name) for name in ("id", "name")}
    return {**nested, **given}
