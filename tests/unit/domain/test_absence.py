"""Which statements say that something did not happen."""

import pytest

from domain.absence import absent_according_to
from domain.evidence import Source


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("No deployment came before the alert.", Source.EVENTS),
        ("There were no feature flag changes.", Source.EVENTS),
        ("Nothing was deployed that day.", Source.EVENTS),
        ("The logs show no errors before 14:00.", Source.LOGS),
        ("No exceptions were logged.", Source.LOGS),
        ("CPU was normal on the host.", Source.HOST),
        ("Host web-1 is healthy.", Source.HOST),
        ("No traces failed.", Source.SPANS),
        ("Latency was unchanged.", Source.HEALTH),
        ("None of the other services complained.", Source.RELATED_LOGS),
    ],
)
def test_what_did_not_happen_is_known_from_one_source(statement: str, source: Source) -> None:
    assert source in absent_according_to(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "Payments fail because connections are reset.",
        "The deployment of checkout 2.4.1 came two minutes before the first error.",
        "Errors began at 11:53 and have not ended.",
        "The pool has no free connection.",
        "Only a hint: a similar incident on 2026-01-02 was settled as LIKELY.",
        "",
    ],
)
def test_what_happened_is_no_absence(statement: str) -> None:
    assert absent_according_to(statement) == frozenset()
