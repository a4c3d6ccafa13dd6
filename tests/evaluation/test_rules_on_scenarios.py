"""The rules analyst must be right where it says so, and better than any trick."""

import pytest

from cli.eval_rca import RcaReport
from domain.evaluation import Score, Share

pytestmark = pytest.mark.timeout(300)  # the first that asks waits for a whole evaluation

MARGIN = 0.3  # by which the rules beat each dud, of all scenarios


def the_duds(report: RcaReport) -> list[Score]:
    return [one for one in report.checks if one.analyst != "oracle"]


def ratio(share: Share) -> float:
    assert share.ratio is not None
    return share.ratio


def names(report: RcaReport, verdict: bool | None, question: str) -> list[str]:
    return [one.scenario for one in report.grades if getattr(one, question) is verdict]


def test_every_scenario_is_answered(rules_on_shipped: RcaReport) -> None:
    assert rules_on_shipped.score.unanswered == 0


def test_the_culprit_is_named_in_seven_of_ten_cases(rules_on_shipped: RcaReport) -> None:
    missed = names(rules_on_shipped, verdict=False, question="culprit_right")

    assert ratio(rules_on_shipped.score.culprits) >= 0.7, missed


def test_at_most_one_decoy_in_ten_cases_is_convicted(rules_on_shipped: RcaReport) -> None:
    convicted = names(rules_on_shipped, verdict=True, question="decoy_convicted")

    assert ratio(rules_on_shipped.score.decoys_convicted) <= 0.1, convicted


def test_nobody_is_blamed_where_nobody_did_it(rules_on_shipped: RcaReport) -> None:
    assert names(rules_on_shipped, verdict=False, question="none_right") == []


def test_each_dud_is_left_far_behind(rules_on_shipped: RcaReport) -> None:
    right = ratio(rules_on_shipped.score.right)

    nearest = max(the_duds(rules_on_shipped), key=lambda dud: ratio(dud.right))

    assert right - ratio(nearest.right) >= MARGIN, nearest.analyst


def test_the_culprit_is_within_the_models_budget(rules_on_shipped: RcaReport) -> None:
    missed = names(rules_on_shipped, verdict=False, question="culprit_shown")

    assert ratio(rules_on_shipped.score.culprits_shown) >= 0.95, missed


def test_every_reported_quote_stands_in_its_evidence(
    rules_on_shipped: RcaReport, rules_on_held_out: RcaReport
) -> None:
    assert ratio(rules_on_shipped.score.citations) == 1
    assert ratio(rules_on_held_out.score.citations) == 1


def test_the_oracle_is_right_and_the_duds_are_not(
    rules_on_shipped: RcaReport, rules_on_held_out: RcaReport
) -> None:
    assert rules_on_shipped.check_failures == ()
    assert rules_on_held_out.check_failures == ()


def test_on_scenarios_that_no_rule_was_tuned_on_each_dud_is_left_behind(
    rules_on_held_out: RcaReport,
) -> None:
    right = rules_on_held_out.score.right

    assert all(right.some > dud.right.some for dud in the_duds(rules_on_held_out))
