"""A report's rules: what is always there, what is never mixed up, and whose words are whose."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from domain.analysis import Alternative, AnalystKind, Authorship, Conclusion, Usage
from domain.case import Case, Evidence
from domain.evidence import Source, SourceResult, SourceStatus
from domain.items import itemize
from domain.links import Links
from domain.markdown import MAX_CELL, visible
from domain.memory import SimilarIncident
from domain.notebook import (
    MAX_NAME,
    LogStreamCell,
    MarkdownCell,
    Notebook,
    NotebookReference,
    Resolution,
    TimeseriesCell,
)
from domain.report import render
from domain.report_facts import Report
from domain.searches import severe_logs
from tests.factories import (
    NOON,
    a_case,
    a_claim,
    a_conclusion,
    a_datadog_event,
    a_frame,
    a_host,
    a_log_line,
    a_monitor,
    a_past_incident,
    a_series,
    an_alert,
    an_episode,
    an_incident,
)

APP = "https://app.datadoghq.com"
HEADINGS = [
    "Quick links",
    "Root cause analysis",
    "Metric graph",
    "Service health",
    "Related logs",
    "APM and traces",
    "Similar past incidents",
]
SOURCES = tuple(SourceResult(source=one, status=SourceStatus.NOTHING) for one in Source)
RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table")
HOSTILE = st.text(min_size=1, max_size=80) | st.sampled_from(
    [
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "<script>alert(1)</script>",
        "<https://evil.example>",
        "[a]: https://evil.example\n[a]",
        "```\n# Not a heading\n```",
        "\n\n# Heading\n\n---\n",
        "a | b\n--- | ---\n",
        "}} by {host}",
        "\\](https://evil.example) \\",
        "&lt;b&gt; \u202e@pagerduty www.evil.example",
    ]
)


def report(
    case: Case | None = None,
    conclusion: Conclusion | None = None,
    resolution: Resolution | None = None,
) -> Notebook:
    case = case or a_case()
    links = Links(APP, case.frame.window)
    at = case.frame.window.end
    return render(Report(case, conclusion or a_conclusion(), links, resolution, at))


def page(notebook: Notebook) -> str:
    return "\n\n".join(cell.text for cell in notebook.cells if isinstance(cell, MarkdownCell))


def a_case_with(**evidence: Any) -> Case:
    gathered = Evidence(**({"sources": SOURCES} | evidence))
    return a_case(evidence=gathered, items=itemize(gathered, a_frame()))


def could_not_ask(source: Source, note: str) -> tuple[SourceResult, ...]:
    failed = SourceResult(source=source, status=SourceStatus.COULD_NOT_ASK, note=note)
    return (*(one for one in SOURCES if one.source is not source), failed)


def all_tokens(notebook: Notebook) -> Iterator[Token]:
    for cell in notebook.cells:
        if isinstance(cell, MarkdownCell):
            for token in RENDERER.parse(cell.text):
                yield token
                yield from token.children or ()


def headings(notebook: Notebook) -> list[str]:
    tokens = list(all_tokens(notebook))
    opened = [n for n, token in enumerate(tokens) if token.type == "heading_open"]
    return [tokens[n + 1].content for n in opened if tokens[n].tag == "h2"]


def hostile_case(words: str) -> Case:
    reference = NotebookReference(id=5, url=words)
    past = a_past_incident(title=words, summary=words, remediation=words, notebook=reference)
    failed = SourceResult(source=Source.HOST, status=SourceStatus.COULD_NOT_ASK, note=words)
    evidence = Evidence(
        sources=(failed,),
        logs=(a_log_line(message=words, service=words, host=words, trace_id=words),),
        events=(a_datadog_event(event_id=words, title=words, text=words, tags=(words,)),),
        host=a_host(name=words),
        monitor=a_monitor(name=words, query=words),
        health=(a_series([1.0], query="error_rate", scope=f"service:{words}"),),
        similar=(SimilarIncident(incident=past, score=0.5, matched_by=("words",)),),
    )
    named = {"title": words, "service": words, "env": words}
    frame = a_frame(
        hosts=(words,), services=(words,), env=words, scope=(words,), metric_query=words
    )
    episodes = (an_episode(title=words, scope=(words,)), an_episode(key="2", title=words))
    return a_case(
        incident=an_incident(**named, priority=words, episodes=episodes),
        alerts=(an_alert(**named, monitor_name=words, team=words, tags=(words,), scope=(words,)),),
        frame=frame,
        evidence=evidence,
        items=itemize(evidence, frame),
    )


def hostile_conclusion(words: str) -> Conclusion:
    return a_conclusion(
        outcome_reason=words,
        summary=words,
        culprit_change=words,
        culprit_title=words,
        first_failing_service=words,
        affected_services=(words,),
        claims=(
            a_claim(statement=words, quote=words),
            a_claim(statement=words, quote=words, evidence_id=words),
        ),
        ruled_out=(Alternative(explanation=words, ruled_out_by=words),),
        immediate_actions=(words,),
        preventive_actions=(words,),
        missing_evidence=(words,),
        authorship=Authorship(analyst=AnalystKind.RULES, model=words, instead_of_claude=words),
    )


@given(words=HOSTILE)
def test_outside_words_never_become_markup(words: str) -> None:
    notebook = report(hostile_case(words), hostile_conclusion(words))

    tokens = list(all_tokens(notebook))
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert not {token.type for token in tokens} & {"html_inline", "html_block", "image", "hr"}
    assert all(link.startswith(f"{APP}/") for link in links)
    assert headings(notebook) == HEADINGS


@given(words=HOSTILE)
def test_a_notebooks_name_is_one_short_line_that_ends_in_its_key(words: str) -> None:
    name = report(hostile_case(words * 20)).name

    assert len(name) <= MAX_NAME
    assert name.startswith("[Incident Report] ")
    assert name.endswith(" - 2026-01-02 (1a2b3c4d5e)")
    assert name.isprintable() or not words.isprintable()


def test_a_short_name_is_whole() -> None:
    assert report().name == "[Incident Report] Error rate is high - 2026-01-02 (1a2b3c4d5e)"


def test_every_section_is_there_even_with_nothing_to_show() -> None:
    bare = a_case(
        alerts=(),
        frame=a_frame(hosts=(), services=(), monitor_id=None, metric_query=""),
        evidence=Evidence(),
        items=(),
    )

    assert headings(report(bare, a_conclusion(claims=()))) == HEADINGS


def test_no_cell_is_longer_than_a_notebook_takes() -> None:
    long = a_conclusion(
        summary="@" * 20_000,
        claims=tuple(a_claim(statement="&" * 900, quote="`é" * 2_000) for _ in range(60)),
        immediate_actions=tuple("<" * 900 for _ in range(60)),
    )

    cells = report(conclusion=long).cells

    assert max(len(c.text.encode()) for c in cells if isinstance(c, MarkdownCell)) <= MAX_CELL


def test_a_long_list_of_claims_goes_on_in_the_next_cell() -> None:
    claims = tuple(a_claim(statement=f"Claim {n}.", quote="x" * 1_400) for n in range(18))

    shown = page(report(conclusion=a_conclusion(claims=claims)))

    assert all(f"Claim {n}." in shown for n in range(18))


def test_the_same_analysis_gives_the_same_notebook() -> None:
    assert report() == report()


def test_an_open_incident_is_active() -> None:
    assert "**ACTIVE** since 2026-01-02 12:00 UTC" in page(report())


def test_a_recovered_incident_is_resolved_with_its_duration() -> None:
    resolved_at = NOON + timedelta(minutes=12)

    shown = page(report(resolution=Resolution(resolved_at=resolved_at, duration_seconds=720)))

    expected = "**RESOLVED** after 12 minutes: 2026-01-02 12:00 UTC to 2026-01-02 12:12 UTC"
    assert expected in shown
    assert "ACTIVE" not in shown


@pytest.mark.parametrize(
    ("authorship", "words"),
    [
        (Authorship(analyst=AnalystKind.CLAUDE, model="claude-x"), "Claude (claude-x)"),
        (Authorship(analyst=AnalystKind.RULES), "the rules analyst, without a model"),
        (
            Authorship(analyst=AnalystKind.RULES, instead_of_claude="no credit left"),
            "the rules analyst, instead of Claude: no credit left",
        ),
    ],
)
def test_the_header_says_who_analysed_and_why(authorship: Authorship, words: str) -> None:
    assert f"| Analysis by | {words} |" in page(
        report(conclusion=a_conclusion(authorship=authorship))
    )


def test_a_claim_leads_to_its_evidence_and_shows_its_quote() -> None:
    case = a_case_with(events=(a_datadog_event(event_id="7001"),))
    claim = a_claim(statement="It was deployed.", evidence_id="event-1", quote="Deployed checkout")

    shown = page(report(case, a_conclusion(claims=(claim,))))

    where = f"([event-1]({APP}/event/event?id=7001))"
    assert f"**1.** It was deployed. {where}\n\n```\nDeployed checkout\n```" in shown


def test_dropped_claims_are_counted() -> None:
    shown = page(report(conclusion=a_conclusion(dropped_claims=2)))

    assert "2 more left out" in shown


@pytest.mark.parametrize(
    ("sources", "row"),
    [
        (SOURCES, "| logs | asked: nothing there |  |"),
        (could_not_ask(Source.LOGS, "timed out"), "| logs | **could not be asked** | timed out |"),
        ((), "| logs | **not asked** |  |"),
    ],
)
def test_a_source_that_failed_does_not_look_like_one_with_nothing_to_say(
    sources: tuple[SourceResult, ...], row: str
) -> None:
    assert row in page(report(a_case_with(sources=sources)))


def test_no_similar_incident_and_no_memory_are_told_apart() -> None:
    none_found = page(report(a_case_with()))
    no_memory = page(report(a_case_with(sources=could_not_ask(Source.SIMILAR, "Qdrant is gone"))))

    assert "None found in memory." in none_found
    assert "Memory could not be asked: Qdrant is gone." in no_memory


def test_a_similar_incident_leads_to_its_notebook() -> None:
    past = a_past_incident(notebook=NotebookReference(id=77, url="https://evil.example"))
    similar = SimilarIncident(incident=past, score=0.9, matched_by=("words",), similarity=0.83)

    shown = page(report(a_case_with(similar=(similar,))))

    assert f"**1.** [Error rate is high]({APP}/notebook/77)" in shown
    assert "score 0.90, similarity 83%, found by words" in shown


@pytest.mark.parametrize(
    ("frame", "query"),
    [
        ({"metric_query": "avg:a.b{*}"}, "avg:a.b{*}"),
        ({"metric_query": "", "hosts": ("web-1",)}, "avg:system.cpu.user{host:web-1}"),
        ({"metric_query": "", "hosts": ("x}", "web-2")}, "avg:system.cpu.user{host:web-2}"),
    ],
)
def test_the_graph_shows_the_alerts_metric_else_the_hosts_cpu(
    frame: dict[str, Any], query: str
) -> None:
    cells = report(a_case(frame=a_frame(**frame))).cells

    assert [cell.query for cell in cells if isinstance(cell, TimeseriesCell)] == [query]


def test_without_metric_and_host_there_is_no_graph() -> None:
    notebook = report(a_case(frame=a_frame(metric_query="", hosts=())))

    assert not [cell for cell in notebook.cells if isinstance(cell, TimeseriesCell)]
    assert "None: the alerts name neither a metric nor a host." in page(notebook)


def test_the_logs_cell_shows_errors_of_what_the_alerts_name() -> None:
    case = a_case(frame=a_frame(services=("a b",), hosts=("web-1",)))

    (cell,) = (cell for cell in report(case).cells if isinstance(cell, LogStreamCell))

    assert cell.query == severe_logs(case.frame)
    assert cell.query.startswith('(service:"a b" OR host:web-1) (status:error OR ')


def test_a_models_tokens_and_price_are_told() -> None:
    authorship = Authorship(
        analyst=AnalystKind.CLAUDE,
        model="claude-haiku-4-5",
        usage=Usage(input_tokens=1_000_000, output_tokens=2_000),
    )

    shown = page(report(conclusion=a_conclusion(authorship=authorship)))

    assert "Tokens: 1,000,000 in, 2,000 out" in shown
    assert "about $1.01." in shown


def test_what_an_investigation_cost_is_told_even_where_the_rules_had_to_finish_it() -> None:
    authorship = Authorship(
        analyst=AnalystKind.RULES,
        model="rules",
        usage=Usage(input_tokens=9000, output_tokens=900),
        turns=3,
        dollars=Decimal("0.27"),
        instead_of_claude="the day's limit of 50 dollars is reached",
    )

    shown = page(report(conclusion=a_conclusion(authorship=authorship)))

    assert "Turns of the model: 3. Tokens: 9,000 in, 900 out" in shown
    assert "about $0.27." in shown


def test_the_rules_analyst_costs_nothing() -> None:
    assert "No model was used." in page(report())


@given(words=HOSTILE)
def test_no_graph_shows_a_hidden_letter_or_a_second_line(words: str) -> None:
    cells = report(hostile_case(words), hostile_conclusion(words)).cells

    titles = [cell.title for cell in cells if not isinstance(cell, MarkdownCell)]
    assert titles
    assert [title for title in titles if title != visible(title)] == []
    assert [title for title in titles if len(title.splitlines()) > 1] == []
