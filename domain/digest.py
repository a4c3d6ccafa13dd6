"""What an analyst reads first: the evidence of a case, ranked, within a budget of tokens."""

from collections.abc import Iterable

from domain.case import Case
from domain.digest_budget import Budgeted, Candidate, Room
from domain.digest_changes import changes
from domain.digest_facts import facts
from domain.digest_logs import log_lines, patterns
from domain.digest_onsets import onset_table
from domain.digest_traces import traces
from domain.examination import examine
from domain.missing_evidence import gaps
from domain.values import Value

CHARACTERS_PER_TOKEN = 3  # prose has four; ids, times and hexadecimal digits have fewer
SHARES = {"changes": 0.4, "patterns": 0.4, "traces": 0.4, "facts": 0.5, "lines": 1.0}
LEFT_OUT_ROOM = 700  # characters: the reader is told which ids have no section


class DigestSection(Value):
    """A heading of ours, and lines of data from outside under it, which are to be fenced."""

    heading: str
    lines: tuple[str, ...] = ()
    evidence_id: str = ""  # of the item that the lines tell of; "" for what cannot be cited


class Digest(Value):
    """Sections in the order to be read. `shown` and `left_out` are evidence ids.

    `tokens` is how many the sections take, by estimate; 0 where nobody estimated.
    """

    sections: tuple[DigestSection, ...]
    shown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    tokens: int = 0


def build_digest(case: Case, *, tokens: int = 30_000) -> Digest:
    """The best evidence that fits, never more than `tokens` by estimate. Deterministic.

    In the order of use: when who began to fail, changes, errors, health and calls, host and
    metrics, past incidents, log lines, and what could not be asked, for which room is kept.
    """
    room = Room(tokens * CHARACTERS_PER_TOKEN - LEFT_OUT_ROOM)
    unasked = room.take([_unasked(case)], share=1.0)
    findings = examine(case)
    parts: dict[str, Iterable[Candidate]] = {
        "changes": changes(findings),
        "patterns": patterns(findings),
        "traces": traces(case),
        "facts": facts(case),
        "lines": log_lines(findings),
    }
    taken = room.take([onset_table(findings)], share=1.0)
    for name, candidates in parts.items():
        taken += room.take(candidates, share=SHARES[name])
    sections = [_section(one) for one in (*taken, *unasked)]
    shown = tuple(section.evidence_id for section in sections if section.evidence_id)
    known = frozenset(shown)
    return Digest(
        sections=tuple(sections),
        shown=shown,
        left_out=tuple(item.id for item in case.items if item.id not in known),
        tokens=-(-room.used // CHARACTERS_PER_TOKEN),
    )


def _unasked(case: Case) -> Candidate:
    lines = gaps(case)
    heading = "what could not be asked, of which nothing is known" if lines else ""
    return Candidate(heading=heading or "every source could be asked", lines=lines)


def _section(taken: Budgeted) -> DigestSection:
    return DigestSection(heading=taken.heading, lines=taken.lines, evidence_id=taken.evidence_id)
