"""What was judged, as a picture: each figure as a share of what it may be."""

from collections.abc import Sequence
from pathlib import Path

import pygal

from tests.bench.telling import Figure, Table

_ALLOWED = 100  # percent: the line that no bar may cross


def plot(tables: Sequence[Table], file: Path) -> None:
    """Writes an SVG."""
    figures = [
        (f"{table.title.split()[0]} {figure.what}", _share(figure))
        for table in tables
        for figure in table.figures
        if figure.wanted.is_a_limit
    ]
    chart = pygal.HorizontalBar(
        title="Shares of what is allowed, in percent: shorter is better",
        show_legend=False,
        print_values=True,
        value_formatter=lambda share: f"{share:.0f} %",
        x_labels=[name for name, _ in figures],
        width=1100,
        height=120 + 28 * len(figures),
    )
    chart.add("share", [{"value": share, "color": _colour(share)} for _, share in figures])
    chart.render_to_file(str(file))


def _share(figure: Figure) -> float:
    """Of a limit from below it is the other way round: a rate twice as high is half of it."""
    wanted = figure.wanted
    if wanted.most is not None:
        return _ALLOWED * (figure.value / wanted.most if wanted.most else figure.value)
    assert wanted.least is not None
    return _ALLOWED * wanted.least / figure.value if figure.value else 10 * _ALLOWED


def _colour(share: float) -> str:
    return "#2b8a3e" if share <= _ALLOWED else "#c92a2a"
