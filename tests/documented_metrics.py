"""What docs/metrics.md says that there is."""

import re
from dataclasses import dataclass
from pathlib import Path

_PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
_ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| (?P<kind>\w+) \|(?P<labels>[^|]*)\| (?P<of>\w+) \| (?P<says>.+) \|$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Documented:
    name: str
    kind: str  # counter | gauge | histogram
    labels: frozenset[str]
    of: str  # process | database

    @property
    def series(self) -> tuple[str, ...]:
        """The names that Prometheus knows it by."""
        endings = ("_bucket", "_count", "_sum") if self.kind == "histogram" else ("",)
        return tuple(f"{self.name}{ending}" for ending in endings)

    @property
    def in_datadog(self) -> tuple[str, ...]:
        """The names that Datadog knows it by, scraped as docs/telemetry.md says."""
        name = f"rayne.{self.name.removeprefix('rayne_')}"
        if self.kind == "counter":
            return (f"{name.removesuffix('_total')}.count",)
        if self.kind == "histogram":
            return (f"{name}.bucket", f"{name}.count", f"{name}.sum")
        return (name,)


def documented() -> dict[str, Documented]:
    """Every row of the table, by its name."""
    rows = [
        Documented(
            row["name"], row["kind"], frozenset(re.findall(r"`(\w+)`", row["labels"])), row["of"]
        )
        for row in _ROW.finditer(_PAGE.read_text())
    ]
    assert len(rows) > 50, "a table that cannot be read documents nothing"
    return {row.name: row for row in rows}
