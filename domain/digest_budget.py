"""Room for a digest: what is put in takes some, and what does not fit stays out."""

from collections.abc import Iterable

from domain.item_text import CUT
from domain.values import Value

PER_SECTION = 40  # characters that a reader's mark, the id and line ends take
PER_LINE = 3
MIN_LINE = 40  # characters: a shorter rest of a line says nothing


class Candidate(Value):
    """What may become a section, in full; `brief` lines stand in where room is short."""

    heading: str
    lines: tuple[str, ...]
    evidence_id: str = ""
    brief: tuple[str, ...] = ()


class Budgeted(Value):
    heading: str
    lines: tuple[str, ...]
    evidence_id: str


class Room:
    """Counts characters. Whatever is taken, `used` never passes the size given."""

    def __init__(self, characters: int) -> None:
        self._left = max(characters, 0)
        self.used = 0

    def take(self, candidates: Iterable[Candidate], *, share: float) -> list[Budgeted]:
        """As many as fit into `share` of the room that is left: in full, then brief, then none."""
        allowed = int(self._left * share)
        taken: list[Budgeted] = []
        for candidate in candidates:
            for lines in (candidate.lines, candidate.brief):
                size = _size(candidate.heading, lines)
                if size <= allowed and (lines or not candidate.lines):
                    allowed -= size
                    self._left -= size
                    self.used += size
                    taken.append(_with(candidate, lines))
                    break
        return taken


def cut_line(line: str, limit: int) -> str:
    """A quote may still be taken from what comes before the cut."""
    return line if len(line) <= limit else line[: max(limit, MIN_LINE) - len(CUT)] + CUT


def _size(heading: str, lines: Iterable[str]) -> int:
    return PER_SECTION + len(heading) + sum(PER_LINE + len(line) for line in lines)


def _with(candidate: Candidate, lines: tuple[str, ...]) -> Budgeted:
    return Budgeted(heading=candidate.heading, lines=lines, evidence_id=candidate.evidence_id)
