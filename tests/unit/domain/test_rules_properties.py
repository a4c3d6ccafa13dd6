"""Laws that hold whatever the evidence is and whatever an analyst says about it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.analysis import NO_CULPRIT, Outcome
from domain.case import Case, Evidence
from domain.item_text import MAX_TEXT
from domain.items import events_by_id, itemize
from domain.quotes import stands_in
from domain.rules_analyst import RulesAnalyst
from domain.verdict import settle
from tests.factories import a_frame
from tests.unit.domain.arbitrary import cases, drafts_about, evidence

# The same examples every run, so a red gate means a changed rule; no deadline on a busy machine.
a_few = settings(max_examples=20, deadline=None, derandomize=True)


@a_few
@given(evidence)
def test_no_two_items_share_an_id(found: Evidence) -> None:
    ids = [item.id for item in itemize(found, a_frame())]

    assert len(ids) == len(set(ids))


@a_few
@given(evidence)
def test_numbering_twice_gives_the_same_items(found: Evidence) -> None:
    first = itemize(found, a_frame())

    second = itemize(Evidence.model_validate(found.model_dump()), a_frame())

    assert str(first) == str(second)  # as text, for a NaN never equals itself


@a_few
@given(evidence)
def test_no_item_is_longer_than_its_bound(found: Evidence) -> None:
    items = itemize(found, a_frame())

    assert all(len(item.text) <= MAX_TEXT for item in items)


@a_few
@given(st.data())
def test_settling_keeps_no_claim_whose_quote_is_not_in_its_item(data: st.DataObject) -> None:
    case = data.draw(cases)
    draft = data.draw(drafts_about(case))

    conclusion = settle(case, draft)

    texts = {item.id: item.text for item in case.items}
    assert all(stands_in(claim.quote, texts[claim.evidence_id]) for claim in conclusion.claims)


@a_few
@given(st.data())
def test_settling_counts_every_claim_it_drops(data: st.DataObject) -> None:
    case = data.draw(cases)
    draft = data.draw(drafts_about(case))

    conclusion = settle(case, draft)

    lost = len(draft.explanation.claims) - len(conclusion.claims)
    named = draft.explanation.culprit_change != NO_CULPRIT
    refused = named and conclusion.culprit_change == NO_CULPRIT and not conclusion.culprit_title
    assert conclusion.dropped_claims in {lost, lost + refused}


@a_few
@given(st.data())
def test_settling_names_only_culprits_that_a_kept_claim_cites(data: st.DataObject) -> None:
    case = data.draw(cases)
    draft = data.draw(drafts_about(case))

    conclusion = settle(case, draft)

    cited = {claim.evidence_id for claim in conclusion.claims}
    changes = events_by_id(case.evidence)
    allowed = {changes[key].event_id for key in cited & set(changes)} | {NO_CULPRIT}
    assert conclusion.culprit_change in allowed


@a_few
@given(st.data())
def test_nothing_is_concluded_without_a_kept_claim(data: st.DataObject) -> None:
    case = data.draw(cases)
    draft = data.draw(drafts_about(case))

    conclusion = settle(case, draft)

    assert conclusion.claims or conclusion.outcome is Outcome.INCONCLUSIVE


@a_few
@given(cases)
async def test_every_claim_of_the_rules_analyst_survives(case: Case) -> None:
    draft = await RulesAnalyst().explain(case)

    conclusion = settle(case, draft)

    assert conclusion.claims == draft.explanation.claims
    assert conclusion.dropped_claims == 0


@a_few
@given(cases)
async def test_the_rules_analyst_says_the_same_twice(case: Case) -> None:
    first = await RulesAnalyst().explain(case)

    second = await RulesAnalyst().explain(case)

    assert first == second
