"""`rayne eval` as it is typed, and what it prints."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.eval import arm_of, eval_retrieval
from cli.eval_analysis import Arm
from domain.errors import InvalidInput
from tests.evaluation.make_held_out import HELD_OUT
from tests.evaluation.typing_it import typed
from tests.incident_texts import PARAPHRASES, PAST

pytestmark = pytest.mark.timeout(300)  # the first that asks waits for a whole evaluation


def retrieval_files(folder: Path) -> tuple[Path, Path]:
    incidents: list[dict[str, object]] = [
        {"id": name, "title": "", "text": text, "happened_at": "2026-01-01T00:00:00Z"}
        for name, text in PAST.items()
    ]
    queries: list[dict[str, object]] = [
        {"id": text, "text": text, "happened_at": "2026-06-01T00:00:00Z", "relevant": [relevant]}
        for text, relevant in PARAPHRASES.items()
    ]
    return written(folder / "incidents.jsonl", incidents), written(folder / "q.jsonl", queries)


def written(path: Path, lines: list[dict[str, object]]) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return path


def test_rca_prints_every_grade_and_its_own_check_as_json(
    held_out_output: dict[str, Any],
) -> None:
    graded = {one["scenario"] for one in held_out_output["grades"]}

    assert graded == {path.parent.name for path in HELD_OUT.glob("*/webhook.json")}
    assert held_out_output["checks"][0]["analyst"] == "oracle"
    assert held_out_output["check_failures"] == []


def test_an_unknown_analyst_is_told_who_there_is() -> None:
    assert arm_of("claude-alone") is Arm.CLAUDE_ALONE
    with pytest.raises(InvalidInput, match="choose rules, claude, claude-alone"):
        arm_of("gpt")


def test_a_bad_line_ends_retrieval_in_a_sentence(tmp_path: Path) -> None:
    incidents, queries = retrieval_files(tmp_path)
    queries.write_text('{"id": "q1"}')
    files = ("--incidents", str(incidents), "--queries", str(queries))

    ended = typed("eval", "retrieval", *files, state_dir=tmp_path / "state")

    assert ended.returncode == 1
    assert "q.jsonl:1: field 'text': Field required" in ended.stderr
    assert "Traceback" not in ended.stderr


async def retrieval_report(
    incidents: Path, queries: Path, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    await eval_retrieval(incidents, queries, as_json=True)
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


async def test_memory_finds_no_less_than_bm25(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = await retrieval_report(*retrieval_files(tmp_path), capsys)

    memory, baseline, _shown = report["scores"]
    assert report["queries"] == len(PARAPHRASES)
    assert baseline["searcher"] == "BM25"
    assert memory["mrr"] >= baseline["mrr"] > 0


async def test_queries_before_every_relevant_incident_are_left_out_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    incidents, queries = retrieval_files(tmp_path)
    early = json.loads(queries.read_text().splitlines()[0])
    early |= {"id": "early", "happened_at": "2025-01-01T00:00:00Z"}
    queries.write_text(queries.read_text() + "\n" + json.dumps(early))

    report = await retrieval_report(incidents, queries, capsys)

    assert (report["queries"], report["without_past"]) == (len(PARAPHRASES), 1)


async def test_people_get_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await eval_retrieval(*retrieval_files(tmp_path), as_json=False)

    printed = capsys.readouterr().out
    assert "nDCG@5" in printed
    assert "BM25" in printed
