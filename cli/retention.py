"""`rayne retention`: what is old, and removing it now."""

from rich.console import Console
from rich.table import Table

from adapters.settings import Settings
from api.routes.retention import RetentionPreview, RetentionStarted
from cli.calling import rayne_at_hand


async def run_retention(settings: Settings, console: Console, *, dry_run: bool) -> None:
    """With `dry_run` it only says what would go."""
    async with rayne_at_hand(settings) as api:
        preview = RetentionPreview.model_validate(await api.get("/v1/retention"))
        console.print(_table(preview))
        if not dry_run:
            started = RetentionStarted.model_validate(await api.post("/v1/retention", {}))
            console.print(f"Removing it: workflow {started.workflow_id} in the Temporal web UI.")


def _table(preview: RetentionPreview) -> Table:
    table = Table("What", "Older than", "Rows to go")
    for kind in preview.kinds:
        before = f"{kind.before:%Y-%m-%d %H:%M} UTC" if kind.before else "kept for ever"
        table.add_row(kind.kind, before, f"{kind.rows}" if kind.before else "")
    return table
