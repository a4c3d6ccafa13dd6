"""Lines that say the same look the same."""

import pytest

from domain.log_templates import template_of


@pytest.mark.parametrize(
    ("message", "template"),
    [
        ("order 4711 failed after 3002ms", "order <n> failed after <n>ms"),
        ("user 3f2504e0-4f89-11d3-9a0c-0305e82c3301 gone", "user <uuid> gone"),
        ("no route to 10.0.3.17:5432", "no route to <ip>"),
        ("at 2026-01-02T12:00:01.123Z it broke", "at <time> it broke"),
        ("span 7f3a9c2e11b04d55 lost", "span <hex> lost"),
        ("column 'discount' is missing", "column <quoted> is missing"),
        ("can't open what won't close", "can't open what won't close"),
        ("mail to jo.doe@example.org bounced", "mail to <email> bounced"),
        ("pod checkout-7d9f8b6c5-x2x4z died", "pod checkout-<hex>-<id> died"),
        ("running 2.4.1 now", "running <version> now"),
        ("GET /orders/17 500 43ms", "GET /orders/<n> 500 <n>ms"),
        ("oauth2 and sha256 and utf8", "oauth2 and sha256 and utf8"),
    ],
)
def test_what_varies_is_masked(message: str, template: str) -> None:
    assert template_of(message) == template


@pytest.mark.parametrize("message", ["HTTP 503", "status=404", "status code: 500", "code 429"])
def test_an_http_status_is_kept_for_it_is_the_news(message: str) -> None:
    assert template_of(message) == message


def test_the_first_line_speaks_for_a_stack_trace() -> None:
    message = "\nNullPointerException: rate\n  at Tax.java:17\n  at Main.java:3"

    assert template_of(message) == "NullPointerException: rate"


def test_the_last_line_speaks_for_a_python_traceback() -> None:
    message = "Traceback (most recent call last):\n  File 'a.py', line 3\nKeyError: rate\n"

    assert template_of(message) == "KeyError: rate"


def test_an_empty_message_has_an_empty_template() -> None:
    assert template_of(" \n ") == ""


@pytest.mark.parametrize(
    "line",
    [
        'level=error msg="forward scan 42: parcels answered 500" req=52cab16ddd47bfc0',
        '{"level":50,"reqId":"1fa1","msg":"forward scan 42: parcels answered 500"}',
        '{"message": "forward scan 42: parcels answered 500", "severity": "ERROR"}',
    ],
)
def test_a_structured_line_is_known_by_what_it_says(line: str) -> None:
    assert template_of(line) == template_of("forward scan 42: parcels answered 500")
