"""Tools of the agent API: Datadog's, and functions that somebody added and somebody approved."""

import pytest

from domain.errors import InvalidInput, RateLimited
from domain.functions import AutoWrite
from tests.unit.api.agent import Agent
from tests.unit.api.front import TOKEN

CODE = '''def count_errors(service: str) -> int:
    """Count the errors of a service."""
    return search_logs(query=f"service:{service} status:error")["count"]
'''
NEW = {"module_name": "count_errors", "function_code": CODE}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def agent() -> Agent:
    return Agent()


def approve(agent: Agent, path: str = "/tools/functions/count_errors/1/approve") -> int:
    agent.expose()
    return agent.client.post(path, json={"by": "kim"}, headers=BEARER).status_code


def test_tools_are_listed_with_what_they_take(agent: Agent) -> None:
    listed = agent.client.get("/tools").json()

    assert [tool["name"] for tool in listed["tools"]] == ["search_logs", "query_metrics"]
    assert listed["tools"][0]["params"]["properties"]["query"] == {"type": "string"}
    assert (listed["ddLibPath"], listed["writable"]) == ("dd_lib", True)


def test_a_tool_is_asked_and_its_answer_given(agent: Agent) -> None:
    asked = {"tool": "search_logs", "params": {"query": "service:checkout"}}

    reply = agent.client.post("/tools/execute", json=asked).json()

    assert reply["success"] is True
    assert reply["tool"] == "search_logs"
    assert reply["result"] == {"count": 0, "logs": []}
    assert agent.toolbox.questions == [("search_logs", {"query": "service:checkout"})]


def test_an_unknown_tool_is_not_found(agent: Agent) -> None:
    reply = agent.client.post("/tools/execute", json={"tool": "delete_everything"})

    assert reply.status_code == 404
    assert "delete_everything" in reply.json()["error"]


def test_datadogs_refusal_keeps_its_meaning(agent: Agent) -> None:
    agent.toolbox.fails_with["search_logs"] = RateLimited("Datadog asked us to slow down")

    reply = agent.client.post("/tools/execute", json={"tool": "search_logs"})

    assert (reply.status_code, reply.json()["code"]) == (503, "RateLimited")


def test_a_new_function_is_checked_and_waits_for_approval(agent: Agent) -> None:
    reply = agent.client.post("/tools/create-function", json=NEW).json()

    assert agent.sandbox.checked == ["count_errors"]
    assert (reply["module"], reply["version"], reply["state"]) == ("count_errors", 1, "proposed")
    assert reply["path"] == "dd_lib/count_errors@1"
    assert agent.client.post("/tools/execute", json={"tool": "count_errors"}).status_code == 404


def test_camel_case_is_taken_too(agent: Agent) -> None:
    given = {"moduleName": "count_errors", "functionCode": CODE}

    assert agent.client.post("/tools/create-function", json=given).status_code == 200


def test_a_function_that_does_not_check_is_not_kept(agent: Agent) -> None:
    agent.sandbox.fails_with = InvalidInput("main.py:3:12: error[unresolved-reference]")

    reply = agent.client.post("/tools/create-function", json=NEW)

    assert reply.status_code == 422
    assert "main.py:3:12" in reply.json()["error"]
    assert agent.state.functions == {}


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x", "os", "count_errors.py", "Count", ""])
def test_a_name_that_is_no_plain_word_is_refused(agent: Agent, name: str) -> None:
    reply = agent.client.post("/tools/create-function", json={**NEW, "module_name": name})

    assert reply.status_code == 422
    assert agent.state.functions == {}


def test_only_an_operator_approves(agent: Agent) -> None:
    agent.client.post("/tools/create-function", json=NEW)

    reply = agent.client.post("/tools/functions/count_errors/1/approve", json={})

    assert reply.status_code == 401


def test_an_approved_function_is_listed_and_runs(agent: Agent) -> None:
    agent.client.post("/tools/create-function", json=NEW)
    assert approve(agent) == 200

    asked = {"tool": "count_errors", "params": {"service": "checkout"}}
    reply = agent.client.post("/tools/execute", json=asked, headers=BEARER).json()
    listed = agent.client.get("/tools", headers=BEARER).json()["tools"]

    assert reply["result"] == {"function": "count_errors", "given": {"service": "checkout"}}
    assert listed[-1]["name"] == "count_errors"
    assert listed[-1]["description"] == "Count the errors of a service."


def test_a_rejected_function_cannot_be_run(agent: Agent) -> None:
    agent.client.post("/tools/create-function", json=NEW)
    assert approve(agent, "/tools/functions/count_errors/1/reject") == 200

    asked = {"tool": "count_errors"}

    assert agent.client.post("/tools/execute", json=asked, headers=BEARER).status_code == 404


def test_every_version_can_be_read_before_it_is_approved(agent: Agent) -> None:
    agent.client.post("/tools/create-function", json=NEW)

    (function,) = agent.client.get("/tools/functions").json()["functions"]

    assert function["code"] == CODE
    assert function["state"] == "proposed"


def test_where_writing_is_off_nothing_is_taken(agent: Agent) -> None:
    agent.let_write(AutoWrite.OFF)

    reply = agent.client.post("/tools/create-function", json=NEW)

    assert reply.status_code == 501
    assert "RAYNE_AUTO_WRITE" in reply.json()["error"]
    assert agent.client.get("/tools").json()["writable"] is False


def test_where_writing_is_on_what_checks_can_be_called_at_once(agent: Agent) -> None:
    agent.let_write(AutoWrite.ON)
    agent.client.post("/tools/create-function", json=NEW)

    asked = {"tool": "count_errors", "params": {"service": "a"}}

    assert agent.client.post("/tools/execute", json=asked).status_code == 200
