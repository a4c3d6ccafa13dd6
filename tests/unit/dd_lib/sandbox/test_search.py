"""Datadog's search syntax, evaluated."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_lib.sandbox.search import Searchable, parse_query
from domain.errors import InvalidInput

RECORD = Searchable(
    reserved={"service": "checkout", "status": "error", "host": "web-1", "source": ""},
    tags=("env:prod", "version:2.4.1", "image:acme/shop:12", "monitor"),
    attributes={
        "http": {"status_code": 503, "url": "/v1/orders?id=7"},
        "monitor.id": 42,
        "ok": False,
        "hops": ["lb", "api"],
        "note": "Timed Out",
    },
    texts=("payment refused: connection reset by peer at /v1/orders", "second line"),
)

MATCHING = [
    "",
    "*",
    "service:checkout",
    "service:Checkout status:ERROR",
    "service:checkout AND -status:info",
    "service:cart OR service:checkout",
    "service:(cart OR checkout)",
    "status:(error OR warn) -service:cart",
    "NOT service:cart",
    "host:web-*",
    "host:web-?",
    "host:*",
    "-source:*",
    "env:prod version:2.4.1",
    "image:acme/shop:12",
    "image:acme/*",
    'image:"acme/shop:12"',
    "tags:monitor",
    "@http.status_code:503",
    "@http.status_code:[500 TO 599]",
    "@http.status_code:>=503",
    "@http.status_code:<504",
    "@http.status_code:[500 TO *]",
    "@monitor.id:42",
    "@ok:false",
    "@hops:api",
    '@note:"Timed Out"',
    "-@absent:*",
    "refused",
    "REFUSED",
    "pay*",
    '"connection reset"',
    "message:*refused*",
    "/v1/orders",
    "refused reset",
    "second",
]
MISSING = [
    "service:check",
    "service:cart",
    "service:checkout status:info",
    "service:cart OR status:info",
    "-service:checkout",
    "NOT (service:checkout OR service:cart)",
    "host:web-??",
    "version:2.4",
    "@http.status_code:{503 TO 599}",
    "@http.status_code:>503",
    "@note:[0 TO 9]",
    "@monitor.id:4",
    "@note:timed*",
    "@http:503",
    "@http.url.id:7",
    "pay",
    '"connection  refused"',
    '"conn*"',
    "absent",
    "refused absent",
]


@pytest.mark.parametrize("query", MATCHING)
def test_record_answers_to_query(query: str) -> None:
    question = parse_query(query)

    assert question(RECORD)


@pytest.mark.parametrize("query", MISSING)
def test_record_does_not_answer_to_query(query: str) -> None:
    question = parse_query(query)

    assert not question(RECORD)


@pytest.mark.parametrize(
    "query", ["(", "service:", "a AND AND b", '"open', "a)", "@a:[x TO y]", "(" * 5000]
)
def test_query_that_cannot_be_read_is_invalid_input(query: str) -> None:
    with pytest.raises(InvalidInput):
        parse_query(query)


def test_endless_query_is_refused() -> None:
    with pytest.raises(InvalidInput, match="longer than"):
        parse_query("a " * 6000)


words = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8).filter(
    lambda word: word not in ("and", "or", "not", "to")
)
pairs = st.tuples(words, words)


@given(pair=pairs)
def test_any_tag_is_found_by_its_own_query(pair: tuple[str, str]) -> None:
    tag = ":".join(pair)

    assert parse_query(tag)(Searchable({}, tags=(tag,)))


@given(value=st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20))
def test_any_value_is_found_when_quoted(value: str) -> None:
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')

    assert parse_query(f'service:"{quoted}"')(Searchable({"service": value}))


@given(tags=st.lists(pairs.map(":".join), max_size=4), left=pairs, right=pairs)
def test_not_turns_and_into_or(
    tags: list[str], left: tuple[str, str], right: tuple[str, str]
) -> None:
    a, b = ":".join(left), ":".join(right)
    record = Searchable({}, tags=tuple(tags))

    assert parse_query(f"NOT ({a} AND {b})")(record) == parse_query(f"NOT {a} OR NOT {b}")(record)


@given(query=st.text(max_size=60))
def test_any_text_is_either_read_or_refused(query: str) -> None:
    try:
        answer = parse_query(query)(RECORD)
    except InvalidInput:
        return

    assert answer in (True, False)
