"""Laws of `python -m dd_lib`: JSON or one sentence, and an exit code that tells them apart."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from dd_lib.tools.command import run
from dd_lib.tools.registry import TOOLS
from tests.unit.dd_lib.conversations import Script

KEYS = {"DD_API_KEY": "the-api-key", "DD_APP_KEY": "the-app-key"}
SERVICES = {"data": {"attributes": {"services": ["cart"]}}}
ROOT = Path(__file__).parents[4]


def test_an_answer_is_printed_as_json() -> None:
    answer = run(["list_services", '{"env": "prod"}'], KEYS, httpx.MockTransport(Script(SERVICES)))

    assert json.loads(answer.printed)["services"] == ["cart"]
    assert (answer.complaint, answer.code) == ("", 0)


def test_parameters_may_be_left_out() -> None:
    answer = run(["list_services"], KEYS, httpx.MockTransport(Script(SERVICES)))

    assert answer.code == 0


def test_without_a_tool_all_are_listed() -> None:
    answer = run([], {})

    assert all(f"{name} " in answer.printed for name in TOOLS)
    assert answer.code == 0


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nope"], "no tool is called 'nope'"),
        (["list_services", "{"], "no JSON object"),
        (["list_services", "[1]"], "no JSON object"),
        (["list_services", '{"envv": "x"}'], "envv"),
        (["list_services", "{}", "more"], "too many arguments"),
    ],
)
def test_a_wrong_call_is_told_in_one_sentence(arguments: list[str], complaint: str) -> None:
    answer = run(arguments, KEYS, httpx.MockTransport(Script(SERVICES)))

    assert complaint in answer.complaint
    assert answer.complaint.count("\n") == 1
    assert (answer.printed, answer.code) == ("", 2)


def test_missing_keys_are_named() -> None:
    answer = run(["list_services"], {})

    assert "DD_API_KEY" in answer.complaint
    assert answer.code == 2


def test_a_failing_datadog_is_another_exit_code() -> None:
    answer = run(["list_services"], KEYS, httpx.MockTransport(Script(httpx.Response(503))))

    assert "503" in answer.complaint
    assert (answer.printed, answer.code) == ("", 1)


def test_the_site_says_whom_to_ask() -> None:
    script = Script(SERVICES)

    run(["list_services"], KEYS | {"DD_SITE": "datadoghq.eu"}, httpx.MockTransport(script))

    assert script.requests[0].url.host == "api.datadoghq.eu"


def test_the_module_runs_as_a_program() -> None:
    program = [sys.executable, "-m", "dd_lib", "nope"]

    done = subprocess.run(program, cwd=ROOT, env={}, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("no tool is called 'nope'")
