"""A notebook from a title and somebody's Markdown."""

from datetime import datetime, timedelta

from domain.evidence import Window
from domain.markdown import MAX_CELL, packed, visible
from domain.notebook import MAX_NAME, MarkdownCell, Notebook

LOOKED_AT = timedelta(hours=1)


def plain_notebook(title: str, analysis: str, monitor_id: int | None, now: datetime) -> Notebook:
    """The caller's Markdown as it is, in cells that Datadog takes; its time is the last hour."""
    name = " ".join(visible(title).split())
    heading = f"# {name}" + (f"\n\nMonitor {monitor_id}" if monitor_id is not None else "")
    blocks = [piece for block in analysis.split("\n\n") for piece in _pieces(block)]
    return Notebook(
        key="",
        name=name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…",
        cells=tuple(MarkdownCell(text=cell) for cell in packed([heading, *blocks])),
        window=Window(start=now - LOOKED_AT, end=now),
    )


def _pieces(block: str) -> list[str]:
    """Parts of at most a cell's bytes: a character has four at most."""
    most = MAX_CELL // 4
    return [block[start : start + most] for start in range(0, len(block), most)]
