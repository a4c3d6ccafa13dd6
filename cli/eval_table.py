"""An evaluation's figures as tables."""

from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table

from cli.eval_rca import RcaReport
from domain.evaluation import Grade, Score, Share

_FIGURES: Mapping[str, Callable[[Score], str]] = {
    "right": lambda one: _share(one.right),
    "culprits": lambda one: _share(one.culprits),
    "none cases": lambda one: _share(one.none_cases),
    "decoys convicted": lambda one: _share(one.decoys_convicted),
    "first failing right": lambda one: _share(one.first_failing),
    "culprit in digest": lambda one: _share(one.culprits_shown),
    "valid citations": lambda one: _share(one.citations),
    "claims dropped": lambda one: str(one.dropped_claims),
    "tokens": lambda one: f"{one.tokens:,}",
    "dollars": lambda one: f"{one.dollars:.2f}",
    "seconds": lambda one: f"{one.seconds:.1f}",
}


def print_rca(report: RcaReport, console: Console) -> None:
    console.print(_by_scenario(report.grades))
    console.print(_totals((report.score, *report.checks)))
    if report.score.unanswered:
        console.print(f"[red]{report.score.unanswered} unanswered, and so wrong.[/]")
    for failure in report.check_failures:
        console.print(f"[red]The evaluation is unsound: {failure}.[/]")


def _by_scenario(grades: tuple[Grade, ...]) -> Table:
    table = Table(title="By scenario", title_justify="left")
    table.add_column("Scenario", no_wrap=True)
    for heading in ("Cause", "First failing", "Shown", "Outcome", "Claims", "Seconds"):
        table.add_column(heading)
    for one in grades:
        answer = one.answer
        table.add_row(
            one.scenario,
            _cause(one),
            _mark(one.first_failing_right),
            _mark(one.culprit_shown),
            answer.problem or answer.outcome,
            f"{answer.valid_claims}/{answer.claims}",
            f"{answer.seconds:.1f}",
        )
    return table


def _cause(one: Grade) -> str:
    if one.is_right:
        return "[green]right[/]"
    if one.decoy_convicted:
        return "[red]decoy convicted[/]"
    return "[yellow]wrong[/]"


def _mark(verdict: bool | None) -> str:
    return {True: "[green]yes[/]", False: "[yellow]no[/]", None: "-"}[verdict]


def _totals(scores: tuple[Score, ...]) -> Table:
    table = Table(title="Scores", title_justify="left")
    table.add_column("")
    for one in scores:
        table.add_column(one.analyst, justify="right")
    for name, figure in _FIGURES.items():
        table.add_row(name, *(figure(one) for one in scores))
    return table


def _share(share: Share) -> str:
    return "-" if share.ratio is None else f"{share.ratio:.0%} ({share.some}/{share.of})"
