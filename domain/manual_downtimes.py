"""Downtimes that a person asks for: as narrow, and made as rarely twice, as Rayne's own."""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise

from pydantic import AwareDatetime

from domain.downtimes import DowntimeRequest
from domain.values import Value

_WORD = re.compile(r'(?:[^\s()"]|"(?:[^"\\]|\\.)*")+')
_OPERATORS = frozenset({"AND", "OR", "NOT"})
_BY_HAND = "rayne-0-"  # 0 stands where the id of a webhook config would; those count from 1


class ManualDowntime(Value):
    """What a person asks for. It ends at `end_at`, or `minutes` after it starts."""

    monitor_id: int
    scope: str
    message: str = ""
    start_at: AwareDatetime | None = None  # None: at once
    end_at: AwareDatetime | None = None
    minutes: int = 120


def why_too_wide(scope: str) -> str:
    """What keeps a scope from naming a group, or "".

    Datadog judges the syntax. This refuses what would mute a whole monitor by mistake.
    """
    words = _WORD.findall(scope)
    terms = [(term, before) for before, term in pairwise(("", *words)) if term not in _OPERATORS]
    if not terms:
        return "name a group, such as service:checkout"
    for term, _ in terms:
        key, _, value = term.lstrip("-").partition(":")
        if not key.strip("*") or not value.strip('*"'):
            return f"{term!r} is no key:value, or stands for every group"
    if all(before == "NOT" or term.startswith("-") for term, before in terms):
        return "it says only what to leave out, which mutes every other group"
    return ""


def request_of(wish: ManualDowntime, now: datetime) -> DowntimeRequest:
    """The same wish has the same key whenever it is asked, so it is never muted twice at a time."""
    key = _key(wish)
    end_at = wish.end_at or (wish.start_at or now) + timedelta(minutes=wish.minutes)
    why = " ".join(wish.message.replace("@", " ").split()) or "Muted by hand, through Rayne."
    return DowntimeRequest(
        key=key,
        monitor_id=wish.monitor_id,
        scope=wish.scope,
        message=f"{why}\n\nKey: {key}",
        start_at=wish.start_at,
        end_at=end_at,
    )


def is_by_hand(key: str) -> bool:
    return key.startswith(_BY_HAND)


def _key(wish: ManualDowntime) -> str:
    said = wish.model_dump_json(exclude={"message"})
    return f"{_BY_HAND}{sha256(said.encode()).hexdigest()[:12]}"
