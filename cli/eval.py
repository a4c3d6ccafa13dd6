"""`rayne eval`: what the command line does around an evaluation."""

import json
from pathlib import Path

from rich.console import Console

from adapters import logs
from adapters.settings import Settings
from cli.eval_analysis import Arm
from cli.eval_bench import throw_away
from cli.eval_rca import RcaReport, answer_all, grade_answers
from cli.eval_retrieval import evaluate_retrieval, print_retrieval
from cli.eval_table import print_rca
from domain.errors import InvalidInput

_progress = Console(stderr=True)


def arm_of(name: str) -> Arm:
    """Raises InvalidInput for an analyst that nobody is."""
    try:
        return Arm(name)
    except ValueError as error:
        raise InvalidInput(f"no analyst is called {name!r}: choose {', '.join(Arm)}") from error


async def eval_rca(
    settings: Settings, folder: Path, arm: Arm, answers: Path | None, *, check: bool, as_json: bool
) -> bool:
    """Prints the figures. Whether the evaluation held its own check, if it was asked to."""
    logs.configure("error", settings.log_format)  # hundreds of requests are no news here
    arm.settings(settings)
    file = answers or settings.state_dir / "evaluation" / f"rca-{arm}.jsonl"
    async with throw_away(settings) as ours:
        glances = await answer_all(arm, folder, ours, file, _progress.print)
    _progress.print(f"answers are in {file}; now they are graded", soft_wrap=True)
    report = grade_answers(arm, folder, file, glances, check=check)
    if as_json:
        print(json.dumps(_with_failures(report), indent=2))
    else:
        print_rca(report, Console())
    return not report.check_failures


async def eval_retrieval(incidents: Path, queries: Path, *, as_json: bool) -> None:
    report = await evaluate_retrieval(incidents, queries)
    if as_json:
        print(report.model_dump_json(indent=2))
    else:
        print_retrieval(report, Console())


def _with_failures(report: RcaReport) -> dict[str, object]:
    return report.model_dump(mode="json") | {"check_failures": list(report.check_failures)}
