"""Which values say nothing, and what the others are exactly."""

import pytest

from domain.webhook_values import clean, read_integer, read_pairs, read_tags


@pytest.mark.parametrize(
    "value",
    [
        *("", "  ", "null", "None", "N/A", "undefined", None, {"a": "b"}, "\x00"),
        *("$HOSTNAME", "$TAGS[service]", "${HOSTNAME}", "{{host.name}}", "$MY_OWN"),
        *("HOSTNAME", "ALERT_SCOPE", "TAGS[team]"),
    ],
)
def test_a_value_that_says_nothing_is_dropped(value: object) -> None:
    assert clean(value) == ""


@pytest.mark.parametrize("value", ["hostname", "WEB-1", "$5 fee", "MY_HOST", "null island", "0"])
def test_a_value_that_says_something_is_kept(value: str) -> None:
    assert clean(value) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("9007199254740993", 9007199254740993),
        ("9007199254740993.0", 9007199254740993),
        ("-7", -7),
        ("1.6e12", 1_600_000_000_000),
        ("1e99999999", None),
        ("1.5", None),
        ("0x10", None),
        ("٣", None),
        ("1_000", None),
    ],
)
def test_an_integer_is_read_exactly_or_not_at_all(text: str, number: int | None) -> None:
    assert read_integer(text) == number


@pytest.mark.parametrize(
    ("given", "tags"),
    [
        ("a:b, c ,d:e:f,", ("a:b", "c", "d:e:f")),
        ("a:b,a:b", ("a:b",)),
        (["a:b", "c, d"], ("a:b", "c", "d")),
        ("['a:b', \"c\"]", ("a:b", "c")),
        ("{a:b,c:d}", ("a:b", "c:d")),
        ("env:$ENV,service:,host:null,team:N/A,owner:none,state:ID", ("owner:none", "state:ID")),
        (None, ()),
        ({"a": "b"}, ()),
    ],
)
def test_tags_come_as_text_or_list(given: object, tags: tuple[str, ...]) -> None:
    assert read_tags(given) == tags


def test_a_scope_is_sorted_pairs_only() -> None:
    assert read_pairs(["service:b", "*", "bare", "env:a", ":odd"]) == ("env:a", "service:b")
