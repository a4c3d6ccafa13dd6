"""Statements that something did not happen, and where one would have to look to know that.

Of a source that could not be asked nothing is known, not even that it was quiet.
"""

import re
from collections.abc import Mapping

from domain.evidence import Source

_NO = (
    r"\b(?:no|not any|never|none of(?: the)?|without|zero|neither|nothing|did not|were not|was not)"
)
_BETWEEN = r"(?:\W+[\w-]+){0,4}?\W+"
_WELL = r"(?:healthy|normal|fine|quiet|unremarkable|unchanged|ok\b|well\b|idle)"

_NOUNS: Mapping[Source, str] = {
    Source.EVENTS: (
        r"(?:deploy|releas|roll-?out|rolled|chang|flag|config|commit|migrat|events?\b|upgrad)\w*"
    ),
    Source.LOGS: r"(?:logs?\b|log lines|errors?\b|exceptions?|warnings?|complain\w*)",
    Source.METRICS: r"(?:metrics?|graph|measure\w*)",
    Source.HOST: r"(?:hosts?\b|cpu|disks?\b|memory|load\b|machine|node)",
    Source.SPANS: r"(?:spans?\b|traces?\b|failed calls|calls? fail\w*)",
    Source.HEALTH: r"(?:latency|error rate|requests?\b|traffic|health)",
    Source.RELATED_LOGS: r"(?:other services?|dependenc\w+|downstream|upstream)",
    Source.SIMILAR: r"(?:past incidents?|similar|happened before|precedent)",
}
_ABSENT = {
    source: re.compile(
        rf"{_NO}{_BETWEEN}{noun}|{noun}{_BETWEEN}{_WELL}|{noun}\W+(?:is|are|was|were)\W+{_WELL}",
        re.IGNORECASE,
    )
    for source, noun in _NOUNS.items()
}


def absent_according_to(statement: str) -> frozenset[Source]:
    """The sources that would have to be asked to say so; empty for what claims no absence."""
    return frozenset(source for source, absent in _ABSENT.items() if absent.search(statement))
