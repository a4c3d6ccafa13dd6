"""`rayne eval rca`: every scenario to an analyst first, and only then what was expected."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from adapters.evaluation_files import read_expected
from adapters.postgres.database import Database
from adapters.settings import Settings
from cli.eval_analysis import Arm, Examination, Run
from cli.eval_bench import playing, scenarios_in
from domain.evaluation import Answer, Expected, Grade, Score, grade, score
from domain.evaluation_duds import DUDS, Glance, oracle
from domain.values import Value

# A dud that is right more often than this shows that the scenarios are too easy ...
MOST_FOR_A_DUD = 0.5
FEWEST_TO_JUDGE = 6  # ... if there are so many; over a few of them anybody may be lucky

_ANSWER = TypeAdapter(Answer)


class RcaReport(Value):
    """The analyst's grades by scenario and its score; with a check, the oracle's and the duds'."""

    grades: tuple[Grade, ...]
    score: Score
    checks: tuple[Score, ...] = ()

    @property
    def check_failures(self) -> tuple[str, ...]:
        """What is wrong with the evaluation itself, in words."""
        return tuple(filter(None, (_failure(one) for one in self.checks)))


ORACLE = "oracle"


async def answer_all(
    arm: Arm, folder: Path, settings: Settings, answers_file: Path, tell: Callable[[str], None]
) -> tuple[Glance, ...]:
    """Writes one answer per line, as they come. What was expected is nowhere in reach.

    `settings` name a database that nothing else uses. Raises NotFound where no scenario is.
    """
    examinees = scenarios_in(folder)
    database = Database.connect(settings.conninfo)
    examination = Examination(arm, database)
    answers_file.parent.mkdir(parents=True, exist_ok=True)
    glances = []
    try:
        with answers_file.open("w", encoding="utf-8") as written:
            for scenario in examinees:
                run = await _examine(examination, scenario, arm.settings(settings))
                written.write(run.answer.model_dump_json() + "\n")
                glances.append(run.glance)
                tell(f"{scenario.name}: {run.answer.seconds:.1f} s {run.answer.problem}".rstrip())
    finally:
        await database.close()
    return tuple(glances)


def grade_answers(
    arm: Arm, folder: Path, answers_file: Path, glances: Sequence[Glance], *, check: bool
) -> RcaReport:
    """Reads what was expected, for the first time, and the answers back from their file."""
    lines = answers_file.read_text(encoding="utf-8").splitlines()
    answers = [_ANSWER.validate_json(line) for line in lines]
    expected = {path.name: read_expected(path) for path in scenarios_in(folder)}
    grades = _grades(answers, expected)
    return RcaReport(
        grades=grades,
        score=score(arm.value, grades),
        checks=_checks(expected, glances) if check else (),
    )


async def _examine(examination: Examination, scenario: Path, settings: Settings) -> Run:
    async with playing(scenario, settings) as stage:
        return await examination.examine(stage)


def _grades(answers: Sequence[Answer], expected: Mapping[str, Expected]) -> tuple[Grade, ...]:
    return tuple(grade(answer, expected[answer.scenario]) for answer in answers)


def _checks(expected: Mapping[str, Expected], glances: Sequence[Glance]) -> tuple[Score, ...]:
    knowing = [oracle(name, truth) for name, truth in expected.items()]
    guesses = {name: [dud(glance) for glance in glances] for name, dud in DUDS.items()}
    return tuple(
        score(name, _grades(answers, expected))
        for name, answers in {ORACLE: knowing, **guesses}.items()
    )


def _failure(checked: Score) -> str:
    right = checked.right.ratio or 0.0
    if checked.analyst == ORACLE:
        wrong = right < 1 or checked.decoys_convicted.some or checked.first_failing.ratio != 1
        return f"the oracle is right in {right:.0%} only" if wrong else ""
    if right > MOST_FOR_A_DUD and checked.right.of >= FEWEST_TO_JUDGE:
        return f"{checked.analyst!r} is right in {right:.0%}: these scenarios measure little"
    return ""
