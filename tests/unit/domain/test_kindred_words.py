"""Which changes bring which errors."""

import pytest

from domain.kindred_words import KINSHIPS, is_specific, kinds_of_change, kinds_of_error


@pytest.mark.parametrize(
    ("change", "error", "kind"),
    [
        (
            "Secret orders-db rotated",
            "FATAL: password authentication failed for user a",
            "credentials",
        ),
        ("Renewed the CA bundle", "x509: signed by unknown authority", "certificates"),
        ("ALTER TABLE parcels ADD COLUMN a", "canceling statement due to lock", "database schema"),
        ("maximum-pool-size 40 -> 4", "Connection is not available", "connection pools"),
        ("upstream timeout 30s -> 2s", "upstream timed out", "timeouts"),
        ("private zones tidied", "lookup a.internal: no such host", "name resolution"),
        ("cache of parsed templates", "worker exited with code 134", "memory"),
        ("field basis is optional now", "IllegalArgument: cannot parse basis", "what services say"),
    ],
)
def test_a_change_and_its_errors_are_of_one_kind(change: str, error: str, kind: str) -> None:
    shared = kinds_of_change(change) & kinds_of_error(error)

    assert any(name.startswith(kind) for name in shared)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ("New footer, new icons", "no such host"),
        ("Wording of two mails", "x509: certificate has expired"),
        ("Synonyms for the winter sale", "Connection is not available"),
    ],
)
def test_a_harmless_change_is_of_no_errors_kind(change: str, error: str) -> None:
    assert not kinds_of_change(change) & kinds_of_error(error)


def test_only_kinds_that_are_known_can_be_specific() -> None:
    assert not is_specific("the weather")


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len({one.name for one in KINSHIPS}) == len(KINSHIPS)
