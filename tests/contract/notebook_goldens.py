"""The notebook goldens: one whole notebook per outcome, and one after recovery.

`python -m scripts.regenerate_goldens` rewrites them on purpose; read the difference.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from domain.analysis import (
    Alternative,
    AnalystKind,
    Authorship,
    Category,
    Conclusion,
    Outcome,
    Usage,
)
from domain.case import Case, Evidence
from domain.evidence import Source, SourceResult, SourceStatus
from domain.items import itemize
from domain.links import Links
from domain.memory import SimilarIncident
from domain.notebook import (
    MarkdownCell,
    Notebook,
    NotebookReference,
    Resolution,
    ServiceGraphCell,
)
from domain.report import render
from domain.report_facts import Report
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

GOLDENS = Path(__file__).parent / "payloads" / "notebooks"
FINISHED_AT = NOON + timedelta(minutes=2)


def confirmed_by_claude() -> Notebook:
    conclusion = a_conclusion(
        outcome=Outcome.CONFIRMED,
        outcome_reason="Verified claims from events and logs support a cause that came first.",
        summary="Checkout 2.4.1 closes its connections too early.\n\nPayments fail since then.",
        culprit_change="7001",
        culprit_title="Deployed checkout 2.4.1",
        first_failing_service="checkout",
        affected_services=("checkout", "payments"),
        category=Category.DEPLOYMENT,
        claims=(
            a_claim(evidence_id="event-1", quote="title: Deployed checkout 2.4.1"),
            a_claim(evidence_id="log-1"),
            a_claim(evidence_id="metric-1", quote="window highest: 9"),
        ),
        dropped_claims=1,
        ruled_out=(Alternative(explanation="The host.", ruled_out_by="Its CPU is at 12 %."),),
        immediate_actions=("Roll back checkout to 2.4.0.",),
        preventive_actions=("Test with connections that are reused.",),
        authorship=Authorship(
            analyst=AnalystKind.CLAUDE,
            model="claude-sonnet-5",
            usage=Usage(input_tokens=41_000, output_tokens=2_300, cache_read_tokens=12_000),
        ),
    )
    return _render(_full_case(), conclusion)


def likely_by_rules() -> Notebook:
    conclusion = a_conclusion(
        authorship=Authorship(
            analyst=AnalystKind.RULES, instead_of_claude="Claude asked us to slow down"
        ),
    )
    return _render(_full_case(), conclusion)


def inconclusive_with_nothing_asked() -> Notebook:
    """An alert that names next to nothing, and a Datadog and a memory that did not answer."""
    sources = tuple(
        SourceResult(source=source, status=SourceStatus.COULD_NOT_ASK, note="timed out")
        for source in (Source.LOGS, Source.SIMILAR)
    )
    nameless = {"service": "", "env": "", "monitor_id": None, "priority": ""}
    frame = a_frame(hosts=(), services=(), env="", scope=(), monitor_id=None, metric_query="")
    case = a_case(
        incident=an_incident(**nameless),
        alerts=(an_alert(**nameless, hostname="", scope=(), tags=()),),
        frame=frame,
        evidence=Evidence(sources=sources),
        items=(),
    )
    conclusion = a_conclusion(
        outcome=Outcome.INCONCLUSIVE,
        outcome_reason="The evidence names no cause.",
        summary="No cause was found.",
        claims=(),
        missing_evidence=("logs could not be asked: timed out",),
    )
    return _render(case, conclusion)


def resolved_after_two_episodes() -> Notebook:
    recovered_at = NOON + timedelta(minutes=42)
    episodes = (
        an_episode(recovered_at=NOON + timedelta(minutes=30)),
        an_episode(
            key="1234|cycle=cycle-2",
            title="Latency is high",
            scope=("env:prod", "service:payments"),
            started_at=NOON + timedelta(minutes=1),
            recovered_at=recovered_at,
        ),
    )
    case = _full_case().model_copy(update={"incident": an_incident(episodes=episodes)})
    resolution = Resolution(resolved_at=recovered_at, duration_seconds=42 * 60)
    return _render(case, a_conclusion(), resolution)


NOTEBOOKS: tuple[Callable[[], Notebook], ...] = (
    confirmed_by_claude,
    likely_by_rules,
    inconclusive_with_nothing_asked,
    resolved_after_two_episodes,
)


def golden_file(make: Callable[[], Notebook]) -> Path:
    return GOLDENS / f"{make.__name__}.md"


def as_page(notebook: Notebook) -> str:
    """A notebook as one text, to be read in a review."""
    window = f"{notebook.window.start.isoformat()} to {notebook.window.end.isoformat()}"
    parts = [f"{notebook.name}\n{window}"]
    for cell in notebook.cells:
        if isinstance(cell, MarkdownCell):
            parts.append(cell.text)
        elif isinstance(cell, ServiceGraphCell):
            parts.append(f"[{cell.kind}] {cell.title}: {cell.statistic} in {cell.env}")
        else:
            parts.append(f"[{cell.kind}] {cell.title}: {cell.query}")
    return "\n\n%%% cell\n\n".join(parts) + "\n"


def _full_case() -> Case:
    sources = tuple(
        SourceResult(source=source, status=SourceStatus.FOUND, count=1) for source in Source
    )
    past = a_past_incident(
        notebook=NotebookReference(id=77, url="https://app.datadoghq.com/notebook/77"),
        remediation="Payments were restarted with draining.",
        duration_seconds=1_260.0,
    )
    evidence = Evidence(
        sources=sources,
        logs=(a_log_line(trace_id="7354398451"),),
        events=(a_datadog_event(),),
        host=a_host(),
        monitor=a_monitor(),
        metrics=(a_series([1.0] * 20 + [9.0] * 5, scope="service:checkout"),),
        health=(
            a_series([0.01] * 60 + [0.4] * 5, query="error_rate", scope="service:checkout"),
            a_series([0.1] * 65, query="latency_p99", scope="service:checkout"),
        ),
        similar=(
            SimilarIncident(
                incident=past, score=0.91, matched_by=("meaning", "words"), similarity=0.83
            ),
        ),
    )
    return a_case(evidence=evidence, items=itemize(evidence, a_frame()))


def _render(case: Case, conclusion: Conclusion, resolution: Resolution | None = None) -> Notebook:
    links = Links("https://app.datadoghq.com", case.frame.window)
    return render(Report(case, conclusion, links, resolution, FINISHED_AT))
