"""Reasons: each is true of the match it is given for."""

from domain.likeness import with_reasons
from domain.memory import SimilarIncident
from tests.factories import a_frame, a_past_incident


def a_match(**changes: object) -> SimilarIncident:
    past = a_past_incident(text="payment-gateway refused connections", monitor_id=9, service="pay")
    return SimilarIncident(
        incident=past, score=1.0, **({"matched_by": (), "similarity": 0.61} | changes)
    )


def reasons(similar: SimilarIncident, text: str = "", **frame: object) -> tuple[str, ...]:
    defaults = {"monitor_id": 1, "services": ("search",)}
    return with_reasons(similar, text, a_frame(**(defaults | frame))).reasons


def test_the_same_monitor_and_service_are_named() -> None:
    assert reasons(a_match(), monitor_id=9, services=("web", "pay")) == (
        "the same monitor",
        "the same service, pay",
    )


def test_words_in_common_are_named_only_if_the_words_matched() -> None:
    text = "errors: payment-gateway connections dropped"

    assert reasons(a_match(matched_by=("words",)), text) == (
        "words in common: payment-gateway, connections",
    )
    assert reasons(a_match(), text) == ()


def test_a_like_meaning_is_told_with_its_cosine() -> None:
    assert reasons(a_match(matched_by=("meaning",))) == ("a like meaning (61%)",)


def test_words_that_every_alert_has_are_no_reason() -> None:
    match = a_match(matched_by=("words",))
    common = match.model_copy(
        update={"incident": a_past_incident(text="service error alert", service="", monitor_id=2)}
    )

    assert reasons(common, "service error alert") == ()
