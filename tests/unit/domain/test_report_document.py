"""The structured report: the first Rayne's sections, filled with what was checked."""

from datetime import timedelta

from domain.analysis import AnalystKind, Authorship, Conclusion, Usage
from domain.case import Case, Evidence
from domain.evidence import Source, SourceResult, SourceStatus
from domain.items import itemize
from domain.links import Links
from domain.memory import SimilarIncident
from domain.notebook import NotebookReference, Resolution
from domain.report_document import Document, document
from domain.report_facts import Report
from tests.factories import (
    NOON,
    a_case,
    a_claim,
    a_conclusion,
    a_datadog_event,
    a_frame,
    a_log_line,
    a_past_incident,
)

SECTIONS = [
    "summary",
    "root_cause_analysis",
    "impact_assessment",
    "recommendations",
    "similar_incidents",
    "logs",
    "metadata",
]


def a_document(
    conclusion: Conclusion | None = None,
    *,
    case: Case | None = None,
    resolution: Resolution | None = None,
) -> Document:
    case = case or a_case()
    links = Links("https://app.example", case.frame.window)
    return document(Report(case, conclusion or a_conclusion(), links, resolution, NOON))


def section(filled: Document, name: str) -> Document:
    part = filled[name]
    assert isinstance(part, dict)
    return part


def test_it_has_the_sections_that_clients_know() -> None:
    assert list(a_document()) == SECTIONS


def test_every_claim_leads_to_its_evidence() -> None:
    evidence = Evidence(events=(a_datadog_event(event_id="7001"),))
    case = a_case(evidence=evidence, items=itemize(evidence, a_frame()))
    claim = a_claim(statement="It was deployed.", evidence_id="event-1", quote="Deployed checkout")

    filled = section(a_document(a_conclusion(claims=(claim,)), case=case), "root_cause_analysis")

    assert filled["evidence"] == [
        {
            "id": "event-1",
            "statement": "It was deployed.",
            "quote": "Deployed checkout",
            "url": "https://app.example/event/event?id=7001",
        }
    ]


def test_what_rayne_cannot_know_is_null_and_not_invented() -> None:
    impact = section(a_document(), "impact_assessment")

    assert impact["affected_users"] is None
    assert impact["business_impact"] is None


def test_a_resolved_incident_says_when_and_how_long() -> None:
    resolution = Resolution(resolved_at=NOON + timedelta(minutes=5), duration_seconds=300)

    filled = a_document(resolution=resolution)

    assert section(filled, "summary")["alert_status"] == "RESOLVED"
    assert section(filled, "impact_assessment")["duration_seconds"] == 300


def test_a_similar_incident_brings_its_resolution_and_its_notebook() -> None:
    past = a_past_incident(
        remediation="Rolled back.", notebook=NotebookReference(id=77, url="https://other.example")
    )
    asked = SourceResult(source=Source.SIMILAR, status=SourceStatus.FOUND, count=1)
    evidence = Evidence(
        sources=(asked,), similar=(SimilarIncident(incident=past, score=0.8, matched_by=()),)
    )

    similar = section(a_document(case=a_case(evidence=evidence)), "similar_incidents")

    references = similar["references"]
    assert isinstance(references, list)
    assert isinstance(references[0], dict)
    assert references[0]["resolution"] == "Rolled back."
    assert references[0]["url"] == "https://app.example/notebook/77"


def test_logs_that_could_not_be_read_are_told_from_quiet_ones() -> None:
    failed = SourceResult(source=Source.LOGS, status=SourceStatus.COULD_NOT_ASK)

    logs = section(a_document(case=a_case(evidence=Evidence(sources=(failed,)))), "logs")

    assert (logs["asked"], logs["lines"]) == ("could_not_ask", 0)


def test_patterns_carry_their_counts() -> None:
    evidence = Evidence(logs=(a_log_line(message="payment refused"),))

    logs = section(a_document(case=a_case(evidence=evidence)), "logs")

    patterns = logs["patterns"]
    assert isinstance(patterns, list)
    assert isinstance(patterns[0], dict)
    assert (patterns[0]["template"], patterns[0]["count"]) == ("payment refused", 1)


def test_a_models_cost_is_told_and_rules_cost_nothing() -> None:
    paid = Authorship(
        analyst=AnalystKind.CLAUDE, model="claude-sonnet-5", usage=Usage(input_tokens=1_000_000)
    )
    free = Authorship(analyst=AnalystKind.RULES)

    costs = [
        section(a_document(a_conclusion(authorship=by)), "metadata")["dollars"]
        for by in (paid, free)
    ]

    assert costs == [2.0, None]
