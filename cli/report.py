"""An analysis for a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from api.routes.incidents import IncidentDetails
from cli.stack import Stack
from domain.analysis import NO_CULPRIT, AnalysisKey, AnalystKind, Conclusion, Outcome
from domain.evidence import EvidenceItem, Source, SourceResult, SourceStatus
from workflows import ids

_COLOURS = {Outcome.CONFIRMED: "green", Outcome.LIKELY: "yellow", Outcome.INCONCLUSIVE: "red"}


def show_report(details: IncidentDetails, stack: Stack, console: Console) -> None:
    """The latest finished analysis. Text from outside is shown as it is, never as markup."""
    finished = [record for record in details.analyses if record.conclusion]
    if not finished or finished[-1].conclusion is None:
        console.print("[red]The analysis has no conclusion.[/]")
        return
    latest, conclusion = finished[-1], finished[-1].conclusion
    colour = _COLOURS[conclusion.outcome]
    console.print(
        Panel(
            escape(conclusion.summary),
            title=f"[{colour}]{conclusion.outcome}[/] {escape(details.title)}",
            subtitle=escape(_author(conclusion)),
        )
    )
    console.print(_facts(conclusion))
    _show_claims(conclusion, latest.evidence, console)
    _show_sources(latest.sources, console)
    console.print(_links(details, latest.key, stack))


def _author(conclusion: Conclusion) -> str:
    author = conclusion.authorship
    if author.analyst is AnalystKind.CLAUDE:
        return f"written by {author.model}"
    instead = f" instead of Claude: {author.instead_of_claude}" if author.instead_of_claude else ""
    return f"written by the rules analyst{instead}"


def _facts(conclusion: Conclusion) -> Table:
    table = _plain_table()
    culprit = conclusion.culprit_title or NO_CULPRIT
    table.add_row("Why this outcome", escape(conclusion.outcome_reason))
    table.add_row("Culprit change", escape(culprit))
    table.add_row("First failing service", escape(conclusion.first_failing_service or "unknown"))
    table.add_row("Category", conclusion.category)
    for action in conclusion.immediate_actions:
        table.add_row("Do now", escape(action))
    for other in conclusion.ruled_out:
        table.add_row("Ruled out", escape(f"{other.explanation}: {other.ruled_out_by}"))
    return table


def _show_claims(
    conclusion: Conclusion, evidence: tuple[EvidenceItem, ...], console: Console
) -> None:
    table = Table("Claim", "Evidence", "Quote", title="Claims, each found in its evidence")
    for claim in conclusion.claims:
        table.add_row(escape(claim.statement), claim.evidence_id, escape(claim.quote))
    if conclusion.claims:
        console.print(table)
    similar = [item for item in evidence if item.source is Source.SIMILAR]
    for item in similar:
        console.print(f"[cyan]similar[/] {escape(item.text)}")
    if not similar:
        console.print("[dim]No similar past incident was found.[/]")


def _show_sources(sources: tuple[SourceResult, ...], console: Console) -> None:
    for result in sources:
        if result.status is SourceStatus.COULD_NOT_ASK:
            console.print(f"[yellow]Could not ask {result.source}[/]: {escape(result.note)}")


def _links(details: IncidentDetails, key: AnalysisKey, stack: Stack) -> Table:
    table = _plain_table()
    if details.notebook:
        table.add_row("Notebook", details.notebook.url)
    table.add_row("Incident", f"{stack.api}/v1/incidents/{details.id}")
    if stack.temporal_ui:
        runs = f"{stack.temporal_ui}/namespaces/{stack.temporal_namespace}/workflows"
        table.add_row("Webhook handling", f"{runs}/{ids.incident(details.id)}")
        table.add_row("Analysis", f"{runs}/{ids.root_cause_analysis(key)}")
    return table


def _plain_table() -> Table:
    table = Table(show_header=False, box=None)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    return table
