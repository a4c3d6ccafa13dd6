"""Templates: operators may change them, and what they change them to is checked."""

import json
from pathlib import Path

import pytest

from adapters.settings import ASSETS
from adapters.templates import REPORT, Templates
from domain.errors import Misconfigured, NotFound
from domain.links import Links
from domain.report import LAYOUT
from domain.report_document import Document, document
from domain.report_facts import Report
from tests.factories import NOON, a_case, a_claim, a_conclusion

SHIPPED = ("incident-report-cloned.md", "incident_report.json", "logs-analysis.md")


def a_document(words: str = "Checkout closes its connections too early.") -> Document:
    case = a_case()
    conclusion = a_conclusion(
        summary=words,
        claims=(a_claim(statement=words, quote=words),),
        immediate_actions=(words,),
        missing_evidence=(words,),
    )
    return document(
        Report(case, conclusion, Links("https://app.example", case.frame.window), None, NOON)
    )


def templates(folder: Path, **files: str) -> Templates:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return Templates(folder)


def test_the_shipped_templates_are_listed_and_the_prompt_is_not_one_of_them() -> None:
    assert Templates(ASSETS).names() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_template_can_be_filled(name: str) -> None:
    filled = Templates(ASSETS).fill(name, a_document())

    assert "Checkout closes its connections too early." in filled.text
    assert "{{" not in filled.text


def test_a_name_may_come_without_its_ending() -> None:
    assert Templates(ASSETS).fill("incident_report", a_document()).name == REPORT


def test_a_json_template_gives_its_sections_and_fields_and_no_others(tmp_path: Path) -> None:
    short = '{"title": "Short", "sections": {"summary": ["monitor_id"]}}'

    filled = templates(tmp_path, short__json=short).fill("short", a_document())

    assert json.loads(filled.text) == {"title": "Short", "summary": {"monitor_id": 42}}
    assert filled.media_type == "application/json"


@pytest.mark.parametrize(
    "words",
    [
        "[click](https://evil.example)",
        "<img src=x onerror=alert(1)>",
        "![beacon](https://evil.example/x.png)",
        "{{ 7 * 7 }} {% raw %}",
        "| a | b |\n|---|---|",
    ],
)
def test_words_from_outside_stay_words(words: str) -> None:
    filled = Templates(ASSETS).fill("incident-report-cloned", a_document(words)).text

    assert "](https://evil.example" not in filled
    assert "<img" not in filled
    assert "49" not in filled.replace("2049", "")
    assert "|---|---|\n" not in filled.split("## Evidence")[1].split("## Response")[0]


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "prompt.md", "nothing"])
def test_only_what_is_listed_can_be_filled(name: str) -> None:
    with pytest.raises(NotFound, match="there is no template"):
        Templates(ASSETS).fill(name, a_document())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "the file: Invalid JSON"),
        ('{"title": "x"}', "sections: Field required"),
        ('{"title": "x", "sections": {"nothing": []}}', "no section 'nothing'"),
        ('{"title": "x", "sections": {"summary": ["colour"]}}', "no field 'colour'"),
        ('{"title": "x", "sections": {}, "extra": 1}', "extra: Extra inputs"),
    ],
)
def test_a_bad_json_template_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(Misconfigured, match=complaint):
        templates(tmp_path, bad__json=text).fill("bad", a_document())


@pytest.mark.parametrize("text", ["{% if %}", "{{ nothing.at.all }}", "{{ summary.colour }}"])
def test_a_bad_markdown_template_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match=r"bad\.md cannot be filled"):
        templates(tmp_path, bad__md=text).fill("bad", a_document())


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ summary.__class__.__init__.__globals__ }}",
        "{{ logs.patterns.append(1) }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox(tmp_path: Path, text: str) -> None:
    with pytest.raises(Misconfigured, match="cannot be filled"):
        templates(tmp_path, bad__md=text).fill("bad", a_document())


def test_the_shipped_layout_is_the_whole_notebook() -> None:
    assert Templates(ASSETS).notebook_layout() == LAYOUT


def test_a_folder_without_a_layout_leaves_the_notebook_as_it_is(tmp_path: Path) -> None:
    assert Templates(tmp_path).notebook_layout() == LAYOUT


def test_an_unknown_section_of_a_notebook_is_named(tmp_path: Path) -> None:
    wrong = '{"title": "x", "notebook": ["header", "weather"], "sections": {}}'

    with pytest.raises(Misconfigured, match="no section 'weather'"):
        templates(tmp_path, incident_report__json=wrong).notebook_layout()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="nowhere"):
        Templates(tmp_path / "nowhere").names()


def test_house_notes_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "prompt.md").write_text("word " * 10_000)

    assert len(Templates(tmp_path).house_notes()) <= 8_000


def test_without_house_notes_there_are_none(tmp_path: Path) -> None:
    assert Templates(tmp_path).house_notes() == ""
