"""The agent API's other endpoints, in the first Rayne's camelCase."""

import json
from typing import Any

import pytest

from domain.analysis import AnalysisKey
from domain.links import Links
from domain.notebook import NotebookReference
from domain.report_document import document
from domain.report_facts import Report
from tests.conformance.oracle import Oracle
from tests.factories import NOON, a_case, a_conclusion, an_incident
from tests.unit.api.agent import Agent
from tests.unit.api.front import TOKEN

ALERT = {"id": "1", "alert_title": "CPU", "alert_transition": "Triggered", "monitor_id": "42"}
NOTEBOOK = NotebookReference(id=5, url="https://app.example/notebook/5")


@pytest.fixture
def agent() -> Agent:
    return Agent()


@pytest.fixture
def explained() -> Agent:
    """Event 1 is stored, and its incident 7 has a report and a notebook."""
    agent = Agent()
    agent.client.post("/analyze?wait=0.01", json=ALERT)
    agent.tie_to_incident(NOTEBOOK)
    agent.incidents.add(an_incident(notebook=NOTEBOOK, outcome="CONFIRMED"))
    case = a_case()
    links = Links("https://app.example", case.frame.window)
    report = Report(case, a_conclusion(summary="The disk was full."), links, None, NOON)
    agent.state.reports[AnalysisKey(incident_id=7, number=1)] = document(report)
    return agent


def analyze(agent: Agent, body: dict[str, Any]) -> dict[str, Any]:
    reply = agent.client.post("/analyze?wait=1", json=body)
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def test_health_says_what_the_agent_has(agent: Agent) -> None:
    assert agent.client.get("/health").json() == {
        "status": "healthy",
        "timestamp": "2026-01-02T12:00:00Z",
        "ddLibAvailable": True,
        "assetsAvailable": True,
    }


def test_templates_are_listed_by_file_name(agent: Agent) -> None:
    assert "incident-report-cloned.md" in agent.client.get("/templates").json()["templates"]


def test_an_analysed_alert_brings_its_report_and_notebook(explained: Agent) -> None:
    answer = analyze(explained, ALERT)

    assert answer["success"] is True
    assert answer["notebook"] == {"id": "5", "url": NOTEBOOK.url}
    assert "The disk was full." in answer["analysis"]
    assert (answer["outcome"], answer["similarRCAs"]) == ("CONFIRMED", 0)
    assert answer["templateUsed"] is None


def test_an_alert_may_come_under_payload_with_a_template(explained: Agent) -> None:
    answer = analyze(explained, {"payload": ALERT, "template_id": "incident_report"})

    assert answer["templateUsed"] == "incident_report"
    filled = json.loads(answer["analysis"])
    assert filled["root_cause_analysis"]["likely_cause"] == "The disk was full."


def test_instructions_go_with_the_alerts_message(agent: Agent) -> None:
    agent.client.post("/analyze?wait=0.01", json={**ALERT, "instructions": "Look at the disk."})

    (event,) = agent.state.events
    assert event.delivery.alert is not None
    assert event.delivery.alert.message == "Look at the disk."


def test_an_unknown_template_is_refused_before_anything_is_stored(agent: Agent) -> None:
    reply = agent.client.post("/analyze", json={**ALERT, "template_id": "nope"})

    assert reply.status_code == 422
    assert "template_id" in reply.json()["error"]
    assert agent.state.events == []


def test_giving_up_waiting_ends_only_the_waiting(agent: Agent) -> None:
    reply = agent.client.post("/analyze?wait=0.01", json=ALERT)

    assert reply.status_code == 504
    assert len(agent.state.events) == 1


def test_a_body_that_is_no_alert_is_refused(agent: Agent) -> None:
    assert agent.client.post("/analyze", content=b"{oops").status_code == 422


def test_a_generated_notebook_is_one_that_datadog_takes(agent: Agent, oracle: Oracle) -> None:
    given = {"title": "Outage " * 30, "analysis": "# What\n\n" + "word " * 9_000, "monitorId": 42}

    answer = agent.client.post("/generate-notebook", json=given).json()

    assert json.loads(answer["notebook"]) == answer["definition"]
    body = json.dumps(answer["definition"]).encode()
    headers = ["content-type", "dd-api-key", "dd-application-key"]
    assert oracle.violations("POST", "/api/v1/notebooks", [], headers, body) == []


def test_off_this_machine_everything_but_health_needs_the_token(agent: Agent) -> None:
    agent.expose()

    assert agent.client.get("/health").status_code == 200
    assert agent.client.get("/tools").status_code == 401
    assert agent.client.post("/tools/execute", json={"tool": "search_logs"}).status_code == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert agent.client.get("/tools", headers=bearer).status_code == 200
