"""The digest's services: whose figures left the usual, what fails by itself, who calls whom."""

from collections.abc import Iterable

from domain.case import Case
from domain.digest_budget import Candidate
from domain.items import edges_by_id, health_by_id, origins_by_id

_BRIEF_HEALTH = ("query: ", "baseline median: ", "window highest: ", "departure", "onset: ")
_BRIEF_EDGE = ("calls: ", "calls seen: ", "failed: ", "first failed: ")


def traces(case: Case) -> Iterable[Candidate]:
    """What is in trouble in full, what is well in brief."""
    texts = {item.id: tuple(item.text.split("\n")) for item in case.items}
    for key, origin in origins_by_id(case.evidence, case.frame).items():
        yield Candidate(
            heading=f"spans that {origin.trouble.value.replace(' by itself', '')} by themselves",
            lines=texts.get(key, ()),
            evidence_id=key,
        )
    for key, edge in edges_by_id(case.evidence).items():
        lines = texts.get(key, ())
        brief = _only(lines, _BRIEF_EDGE)
        heading = "calls, some failed" if edge.failed else "calls, none failed"
        yield Candidate(
            heading=heading, lines=lines if edge.failed else brief, evidence_id=key, brief=brief
        )
    for key, one in health_by_id(case.evidence, case.frame).items():
        lines = texts.get(key, ())
        heading = "health, in trouble" if one.is_trouble else "health, no trouble by itself"
        brief = _only(lines, _BRIEF_HEALTH)
        full = lines if one.is_trouble or one.is_surge else brief
        yield Candidate(heading=heading, lines=full, evidence_id=key, brief=brief)


def _only(lines: Iterable[str], starts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in lines if line.startswith(starts))
