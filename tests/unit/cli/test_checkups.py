"""What `rayne doctor` finds, and what it tells people to do."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.settings import Settings
from cli.checkups import Checkup, Finding, Verdict, examine
from cli.doctor import diagnose, is_healthy, print_json
from domain.errors import Unavailable

NOWHERE = "127.0.0.1:1"
SECRETS = {
    "DD_API_KEY": "hunter2-a",
    "DD_APP_KEY": "hunter2-b",
    "DB_PASSWORD": "hunter2-c",
    "QDRANT_API_KEY": "hunter2-d",
    "ANTHROPIC_API_KEY": "hunter2-e",
}


async def _answers() -> str:
    return "version 1"


async def _fails() -> str:
    raise Unavailable("it cannot be reached")


async def _hangs() -> str:
    await asyncio.Event().wait()
    return ""


async def test_what_answers_is_ok_and_needs_no_advice() -> None:
    (finding,) = await examine([Checkup(name="x", ask=_answers, advice="check X_URL")])

    assert finding.verdict is Verdict.OK
    assert finding.detail == "version 1"
    assert finding.advice == ""
    assert finding.milliseconds is not None


async def test_what_fails_is_told_with_what_to_do() -> None:
    (finding,) = await examine([Checkup(name="x", ask=_fails, advice="check X_URL")])

    assert finding == Finding(
        name="x", verdict=Verdict.FAILED, detail="it cannot be reached", advice="check X_URL"
    )


async def test_what_hangs_is_given_up_in_time() -> None:
    (finding,) = await examine(
        [Checkup(name="x", ask=_hangs, advice="")], patience=timedelta(milliseconds=20)
    )

    assert finding.verdict is Verdict.FAILED
    assert "no answer within" in finding.detail


async def test_a_machine_with_nothing_configured_is_healthy(tmp_path: Path) -> None:
    findings = await diagnose(Settings(state_dir=tmp_path))

    verdicts = {finding.name: finding.verdict for finding in findings}
    assert verdicts["PostgreSQL"] is Verdict.EMBEDDED
    assert verdicts["Temporal"] is Verdict.EMBEDDED
    assert verdicts["Claude"] is Verdict.OFF
    assert is_healthy(findings)


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"DB_HOST": "127.0.0.1", "DB_PORT": "1"}, "PostgreSQL"),
        ({"TEMPORAL_ADDRESS": NOWHERE}, "Temporal"),
        ({"QDRANT_URL": f"http://{NOWHERE}"}, "Qdrant"),
        ({"OLLAMA_URL": f"http://{NOWHERE}"}, "Ollama"),
        ({"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": f"http://{NOWHERE}"}, "Claude"),
        ({"DD_API_KEY": "k", "DD_APP_KEY": "k", "DD_API_URL": f"http://{NOWHERE}"}, "Datadog"),
    ],
)
async def test_a_configured_server_that_does_not_answer_is_named_with_advice(
    tmp_path: Path, environ: dict[str, str], name: str
) -> None:
    settings = Settings.from_env({"RAYNE_STATE_DIR": str(tmp_path)} | environ)

    findings = await diagnose(settings)

    (failed,) = [finding for finding in findings if finding.verdict is Verdict.FAILED]
    assert failed.name == name
    assert any(variable in failed.advice for variable in environ)


async def test_no_secret_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings.from_env(
        {
            "RAYNE_STATE_DIR": str(tmp_path),
            "DB_HOST": "127.0.0.1",
            "DB_PORT": "1",
            "QDRANT_URL": f"https://{NOWHERE}",
            "DD_API_URL": f"http://{NOWHERE}",
            "ANTHROPIC_BASE_URL": f"http://{NOWHERE}",
            **SECRETS,
        }
    )

    print_json(await diagnose(settings))

    output = capsys.readouterr().out
    assert json.loads(output)["healthy"] is False
    assert "hunter2" not in output
