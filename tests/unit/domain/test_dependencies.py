"""Whom the errors blame."""

import pytest

from domain.dependencies import names_in
from domain.examination import examine
from tests.factories import a_frame
from tests.unit.domain.cases import ONSET, a_case_with, error_lines

KNOWN = frozenset({"payments"})


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("timeout calling payments after 3000ms", "payments"),
        ("payments returned 503 Service Unavailable", "payments"),
        ("connection refused to orders-db:5432", "orders-db"),
        ("dial tcp inventory:8080: connection refused", "inventory"),
        ("GET http://pricing.shop.svc.cluster.local:80/v1 timed out", "pricing"),
        ("POST https://api.example.com/pay responded 502", "api.example.com"),
        ("could not connect to redis: connection reset", "redis"),
        ("circuit breaker open for calls to stock-service", "stock-service"),
    ],
)
def test_a_failing_call_names_its_target(message: str, name: str) -> None:
    assert names_in(message, KNOWN)[:1] == [name]


@pytest.mark.parametrize(
    "message",
    [
        "called payments and all is well",
        "timeout in handler.py:42 waiting for lock",
        "timeout waiting for the lock",
        "status:503 unavailable",
        "could not connect to localhost:5432",
        "KeyError: 'rate'",
    ],
)
def test_a_message_that_blames_nobody_names_nobody(message: str) -> None:
    assert names_in(message, KNOWN) == []


def test_what_most_of_the_errors_blame_is_the_dependency() -> None:
    logs = (
        *error_lines("timeout calling stock-service for {n}", count=30),
        *error_lines("KeyError: rate", count=10),
    )

    found = examine(a_case_with(logs=logs))

    assert found.dependency is not None
    assert (found.dependency.name, found.dependency.lines) == ("stock-service", 30)


def test_a_dependency_that_few_errors_name_is_not_blamed() -> None:
    logs = (
        *error_lines("timeout calling stock-service for {n}", count=8),
        *error_lines("KeyError: rate", count=20),
    )

    assert examine(a_case_with(logs=logs)).dependency is None


def test_blame_is_followed_as_far_as_the_logs_tell() -> None:
    logs = (
        *error_lines("timeout calling payments for {n}", start=ONSET),
        *error_lines("connection refused to ledger-db:5432", service="payments"),
    )

    found = examine(a_case_with(logs=logs))

    assert found.dependency is not None
    assert (found.dependency.name, found.dependency.named_by) == ("ledger-db", "payments")


def test_services_that_blame_each_other_do_not_go_round_for_ever() -> None:
    logs = (
        *error_lines("timeout calling payments for {n}"),
        *error_lines("timeout calling checkout for {n}", service="payments"),
    )

    found = examine(a_case_with(logs=logs))

    assert found.dependency is not None
    assert found.dependency.name == "payments"


def test_the_own_host_is_no_dependency() -> None:
    logs = error_lines("connection to web-1:8080 refused")

    assert examine(a_case_with(logs=logs, frame=a_frame(hosts=("web-1",)))).dependency is None
