"""Laws of the digest, whatever the evidence is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case import Case, Evidence
from domain.digest import CHARACTERS_PER_TOKEN, Digest, build_digest
from domain.items import itemize
from tests.factories import a_case, a_frame
from tests.unit.domain.arbitrary import cases, evidence

# The same examples every run, so a red gate means a changed rule; no deadline on a busy machine.
a_few = settings(max_examples=25, deadline=None, derandomize=True)
budgets = st.integers(0, 4_000)


def characters(digest: Digest) -> int:
    """As a reader gets them: a mark, an id, a bar before each line."""
    return sum(
        len(section.heading)
        + len(section.evidence_id)
        + sum(len(line) + 3 for line in section.lines)
        for section in digest.sections
    )


@a_few
@given(cases, budgets)
def test_a_digest_never_passes_its_budget(case: Case, tokens: int) -> None:
    digest = build_digest(case, tokens=tokens)

    assert digest.tokens <= tokens
    assert characters(digest) <= tokens * CHARACTERS_PER_TOKEN


@a_few
@given(evidence, budgets)
def test_the_same_evidence_gives_the_same_digest(found: Evidence, tokens: int) -> None:
    again = Evidence.model_validate(found.model_dump())
    frame = a_frame()

    one, two = (
        a_case(frame=frame, evidence=each, items=itemize(each, frame)) for each in (found, again)
    )

    assert build_digest(one, tokens=tokens) == build_digest(two, tokens=tokens)


@a_few
@given(cases, budgets)
def test_every_item_is_shown_once_or_left_out(case: Case, tokens: int) -> None:
    digest = build_digest(case, tokens=tokens)

    told = (*digest.shown, *digest.left_out)
    assert len(told) == len(set(told))
    assert set(told) == {item.id for item in case.items}


@a_few
@given(cases)
def test_more_room_never_shows_less(case: Case) -> None:
    small, large = build_digest(case, tokens=1_000), build_digest(case, tokens=30_000)

    assert len(small.shown) <= len(large.shown)
