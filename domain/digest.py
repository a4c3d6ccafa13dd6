"""What an analyst reads first: the evidence of a case, ranked, within a budget of tokens."""

from domain.case import Case
from domain.values import Value

CHARACTERS_PER_TOKEN = 3


class DigestSection(Value):
    """A heading of ours, and lines of data from outside under it, which are to be fenced."""

    heading: str
    lines: tuple[str, ...] = ()
    evidence_id: str = ""  # of the item that the lines tell of; "" for what cannot be cited


class Digest(Value):
    """Sections in the order to be read. `shown` and `left_out` are evidence ids."""

    sections: tuple[DigestSection, ...]
    shown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def build_digest(case: Case, *, tokens: int = 30_000) -> Digest:
    """Item by item in their order, as long as there is room."""
    room = tokens * CHARACTERS_PER_TOKEN
    sections: list[DigestSection] = []
    left_out: list[str] = []
    for item in case.items:
        room -= len(item.text)
        if room < 0:
            left_out.append(item.id)
            continue
        lines = tuple(item.text.splitlines())
        sections.append(DigestSection(heading=item.id, lines=lines, evidence_id=item.id))
    shown = tuple(section.evidence_id for section in sections)
    return Digest(sections=tuple(sections), shown=shown, left_out=tuple(left_out))
