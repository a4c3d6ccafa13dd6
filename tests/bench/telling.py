"""What a benchmark found, as a table with verdicts."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table as RichTable


@dataclass(frozen=True)
class Wanted:
    """What a figure must be; neither: it is only told."""

    least: float | None = None
    most: float | None = None

    @property
    def is_a_limit(self) -> bool:
        """Whether the figure has a side to be on, and is not to be met exactly."""
        return (self.least is None) != (self.most is None)

    def is_met_by(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        if self.least is not None:
            return f"at least {self.least:g}"
        return f"at most {self.most:g}" if self.most is not None else ""


@dataclass(frozen=True)
class Figure:
    what: str
    value: float
    wanted: Wanted

    @property
    def is_met(self) -> bool:
        return self.wanted.is_met_by(self.value)


@dataclass
class Table:
    title: str
    caption: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def row(self, *cells: str) -> None:
        self.rows.append(cells)

    def judge(self, what: str, value: float, wanted: Wanted | None = None) -> None:
        self.figures.append(Figure(what, value, wanted or Wanted()))

    @property
    def missed(self) -> list[Figure]:
        return [figure for figure in self.figures if not figure.is_met]

    def print(self, console: Console) -> None:
        shown = RichTable(
            *self.columns,
            title=self.title,
            caption=self.caption,
            title_justify="left",
            caption_justify="left",
        )
        for row in self.rows:
            shown.add_row(*row)
        console.print(shown)
        for figure in self.figures:
            verdict = "" if figure.is_met else "   MISSED"
            wanted = f"   wanted: {figure.wanted}" if str(figure.wanted) else ""
            console.print(f"  {figure.what}: {figure.value:.3g}{wanted}{verdict}", highlight=False)
        console.print()
