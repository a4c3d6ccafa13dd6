"""A report in the shape that its reader wants."""

import json

import pytest

from domain.analysis import AnalysisKey
from domain.links import Links
from domain.notebook import NotebookReference
from domain.report_document import document
from domain.report_facts import Report
from tests.factories import NOON, a_case, a_conclusion, an_incident
from tests.unit.api.front import Front

REPORT = "/v1/incidents/7/report"


@pytest.fixture
def reported(front: Front) -> Front:
    """Incident 7 has a report and a notebook."""
    notebook = NotebookReference(id=5, url="https://app.example/notebook/5")
    front.incidents.add(an_incident(notebook=notebook))
    case = a_case()
    links = Links("https://app.example", case.frame.window)
    report = Report(case, a_conclusion(summary="The disk was full."), links, None, NOON)
    front.state.reports[AnalysisKey(incident_id=7, number=1)] = document(report)
    return front


def test_without_a_template_it_is_the_structured_report(reported: Front) -> None:
    reply = reported.client.get(REPORT)

    assert reply.headers["content-type"] == "application/json"
    filled = json.loads(reply.text)
    assert filled["root_cause_analysis"]["likely_cause"] == "The disk was full."
    assert filled["metadata"]["notebook"] == "https://app.example/notebook/5"


def test_a_markdown_template_gives_markdown(reported: Front) -> None:
    reply = reported.client.get(REPORT, params={"template": "incident-report-cloned"})

    assert reply.headers["content-type"].startswith("text/markdown")
    assert "The disk was full." in reply.text


def test_an_unknown_template_is_not_found_and_the_known_are_named(reported: Front) -> None:
    reply = reported.client.get(REPORT, params={"template": "../../etc/passwd"})

    assert reply.status_code == 404
    assert "logs-analysis.md" in reply.json()["error"]


def test_an_incident_without_a_report_says_so(front: Front) -> None:
    front.incidents.add(an_incident())

    reply = front.client.get(REPORT)

    assert reply.status_code == 404
    assert "no report yet" in reply.json()["error"]


def test_the_templates_are_listed(front: Front) -> None:
    assert "incident_report.json" in front.client.get("/v1/templates").json()["templates"]
