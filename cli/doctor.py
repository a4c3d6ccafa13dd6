"""`rayne doctor`: which dependency answers, how fast, and what to do about the others."""

import json

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.embedded.state import StateFolder
from adapters.settings import Settings
from cli.checkups import Finding, Verdict, examine
from cli.dependencies import checkups
from cli.stack import running_stack

_COLOURS = {
    Verdict.OK: "green",
    Verdict.OFF: "dim",
    Verdict.EMBEDDED: "cyan",
    Verdict.FAILED: "bold red",
}


async def diagnose(settings: Settings) -> tuple[Finding, ...]:
    return await examine(checkups(settings, running_stack(StateFolder(settings.state_dir))))


def is_healthy(findings: tuple[Finding, ...]) -> bool:
    return all(finding.verdict is not Verdict.FAILED for finding in findings)


def print_findings(findings: tuple[Finding, ...], console: Console) -> None:
    table = Table("Dependency", "", "What was found", "What to do")
    for finding in findings:
        colour = _COLOURS[finding.verdict]
        took = f" ({finding.milliseconds} ms)" if finding.milliseconds else ""
        table.add_row(
            finding.name,
            f"[{colour}]{finding.verdict}[/]",
            escape(finding.detail + took),
            escape(finding.advice),
        )
    console.print(table)


def print_json(findings: tuple[Finding, ...]) -> None:
    report = {
        "healthy": is_healthy(findings),
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }
    print(json.dumps(report, indent=2))
