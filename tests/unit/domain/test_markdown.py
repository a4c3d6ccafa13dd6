"""Other people's words stay words in markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain import markdown
from domain.markdown import CUT

RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")
HOSTILE = st.text(
    st.sampled_from("[](){}<>!#*_`~|-=+:;&@$\\/\"'. \n\t\r1ahtpwsx\u202e\u200b\u2028\x00")
) | st.text(max_size=200)


def token_types(source: str) -> set[str]:
    def walk(tokens: list[Token]) -> set[str]:
        return {token.type for token in tokens}.union(
            *(walk(token.children) for token in tokens if token.children)
        )

    return walk(RENDERER.parse(source))


def shown(source: str) -> str:
    """The text a reader sees, with its lines and blanks put into one."""

    def walk(tokens: list[Token]) -> str:
        return "".join(
            walk(token.children) if token.children else token.content or " " for token in tokens
        )

    return " ".join(walk(RENDERER.parse(source)).split())


@given(words=HOSTILE)
def test_text_renders_as_itself_and_as_nothing_else(words: str) -> None:
    source = markdown.text(words, limit=10_000)

    assert token_types(source) <= {"paragraph_open", "inline", "paragraph_close", "text"}
    assert shown(source) == " ".join(markdown.visible(words).split())


@given(words=HOSTILE)
def test_paragraphs_hold_nothing_but_text(words: str) -> None:
    source = markdown.paragraphs(words, limit=10_000)

    plain = {"paragraph_open", "inline", "paragraph_close", "text", "softbreak"}
    assert token_types(source) <= plain


@given(words=HOSTILE)
def test_a_quote_is_one_block_of_code_whatever_it_holds(words: str) -> None:
    tokens = RENDERER.parse(markdown.quote(words, limit=10_000))

    assert [token.type for token in tokens] == ["fence"]
    assert tokens[0].content.rstrip("\n") == "\n".join(
        markdown.visible(line) for line in words.splitlines()
    ).rstrip("\n")


@given(one=HOSTILE, other=HOSTILE)
def test_a_table_keeps_its_shape_whatever_its_cells_hold(one: str, other: str) -> None:
    rows = [["a", markdown.text(one)], [markdown.text(other), "b"]]

    tokens = RENDERER.parse(markdown.table(["x", "y"], rows))

    assert [token.type for token in tokens].count("tr_open") == 3
    assert [token.type for token in tokens].count("td_open") == 4
    assert tokens[0].type == "table_open"
    assert tokens[-1].type == "table_close"


@given(words=HOSTILE)
def test_a_links_words_cannot_change_its_aim(words: str) -> None:
    url = "https://app.datadoghq.com/logs?query=a%20(b)&live=false"

    inline = RENDERER.parse(markdown.link(f"x{words}", url))[0 + 1]

    assert inline.children is not None
    links = [token for token in inline.children if token.type == "link_open"]
    assert [token.attrs["href"] for token in links] == [
        "https://app.datadoghq.com/logs?query=a%20%28b%29&live=false"
    ]


@pytest.mark.parametrize(
    ("words", "source"),
    [
        ("see https://evil.example", "see https&#58;//evil.example"),
        ("WWW.evil.example", "WWW&#46;evil.example"),
        ("ask @pagerduty", "ask &#64;pagerduty"),
        ("{{host.name}} {host}", "&#123;{host.name}} {host}"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("web-1.prod", "web-1.prod"),
    ],
)
def test_what_a_page_could_make_live_is_spelled_out(words: str, source: str) -> None:
    assert markdown.text(words) == source


def test_hidden_and_reordering_characters_are_removed() -> None:
    assert markdown.text("a\u202eb\u2066c\u200bd\x07e\U000e0041f") == "abcdef"


def test_emoji_sequences_and_other_scripts_survive() -> None:
    assert markdown.text("👩\u200d🚒 支払い مرحبا") == "👩\u200d🚒 支払い مرحبا"


def test_long_text_is_cut_with_a_mark_that_shows() -> None:
    assert shown(markdown.text("x" * 400, limit=50)) == "x" * (50 - len(CUT)) + CUT


def test_blocks_are_packed_in_order_without_a_cell_over_the_limit() -> None:
    cells = markdown.packed(["a" * 40, "b" * 40, "c" * 40, ""], limit=100)

    assert cells == ["a" * 40 + "\n\n" + "b" * 40, "c" * 40]


def test_a_block_that_fits_nowhere_is_said_to_be_left_out() -> None:
    assert markdown.packed(["é" * 60], limit=100) == ["*A part too long to show was left out.*"]
