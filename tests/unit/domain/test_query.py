"""Search queries: a value stays a value, whatever is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from luqum.parser import parser  # type: ignore[import-untyped]  # ships no types
from luqum.tree import Phrase, SearchField, Word  # type: ignore[import-untyped]  # ships no types

from domain.query import all_of, any_of, none_of, one_of, phrase, tag, term


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("checkout", "service:checkout"),
        ("web-1.prod_x", "service:web-1.prod_x"),
        ("a b", 'service:"a b"'),
        ("GET /v1/*", 'service:"GET /v1/*"'),
        ('say "hi" \\', r'service:"say \"hi\" \\"'),
        ("a:b", 'service:"a:b"'),
        ("-x", 'service:"-x"'),
        ("OR", 'service:"OR"'),
        ("x) OR (*", 'service:"x) OR (*"'),
        ("line\nbreak\x00", 'service:"line break"'),
        ("", ""),
        (" \n", ""),
    ],
)
def test_a_value_that_could_be_syntax_is_quoted(value: str, expected: str) -> None:
    assert term("service", value) == expected


@given(value=st.text(min_size=1))
def test_a_term_is_one_condition_whatever_its_value(value: str) -> None:
    query = term("service", value)

    if query:
        tree = parser.parse(query)
        assert isinstance(tree, SearchField)
        assert isinstance(tree.expr, Word | Phrase)
        assert not isinstance(tree.expr, Word) or not tree.expr.has_wildcard()


def test_a_key_cannot_bring_its_own_condition() -> None:
    assert term("x OR host", "a") == r"x\ OR\ host:a"


def test_a_tag_is_split_at_its_first_colon() -> None:
    assert tag("url:http://a:80") == 'url:"http://a:80"'


def test_a_bare_tag_asks_for_nothing() -> None:
    assert tag("monitor") == ""


def test_a_phrase_is_always_quoted() -> None:
    assert phrase("refused") == '"refused"'


def test_alternatives_stand_in_parentheses() -> None:
    assert one_of("service", ["a", "b", "a"]) == "(service:a OR service:b)"


def test_a_single_alternative_needs_no_parentheses() -> None:
    assert any_of("", "service:a", "") == "service:a"


def test_empty_conditions_ask_for_nothing() -> None:
    assert all_of(one_of("service", []), term("env", ""), any_of()) == ""


def test_conditions_compose() -> None:
    query = all_of(one_of("service", ["a", "b"]), term("env", "prod"), "status:error")

    assert query == "(service:a OR service:b) env:prod status:error"


def test_absent_terms_stand_side_by_side() -> None:
    assert none_of("service", ["a", "", "b c"]) == '-service:a -service:"b c"'
