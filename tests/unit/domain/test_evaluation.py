"""How answers are graded, and how grades become a score."""

from decimal import Decimal

from domain.evaluation import Answer, Expected, Grade, Share, grade, score

CULPRIT, DECOY = "11", "22"
CAUSED = Expected(culprit_change=CULPRIT, first_failing_service="tax", decoy_changes=(DECOY, "33"))
UNCAUSED = Expected(culprit_change="none", first_failing_service="", decoy_changes=(DECOY,))


def an_answer(**changes: object) -> Answer:
    right: dict[str, object] = {
        "scenario": "one",
        "culprit_change": CULPRIT,
        "first_failing_service": "tax",
    }
    return Answer.model_validate(right | changes)


def graded(expected: Expected = CAUSED, **changes: object) -> Grade:
    return grade(an_answer(**changes), expected)


class TestGrade:
    def test_naming_the_culprit_is_right(self) -> None:
        one = graded()

        assert one.is_right
        assert one.culprit_right is True

    def test_naming_nobody_where_somebody_did_it_is_wrong(self) -> None:
        one = graded(culprit_change="none")

        assert not one.is_right
        assert one.culprit_right is False
        assert one.none_right is None

    def test_naming_nobody_where_nobody_did_it_is_right(self) -> None:
        one = graded(UNCAUSED, culprit_change="none")

        assert one.is_right
        assert one.none_right is True
        assert one.culprit_right is None

    def test_naming_anybody_where_nobody_did_it_is_wrong(self) -> None:
        assert graded(UNCAUSED, culprit_change="44").none_right is False

    def test_naming_a_decoy_convicts_it(self) -> None:
        assert graded(culprit_change=DECOY).decoy_convicted
        assert graded(UNCAUSED, culprit_change=DECOY).decoy_convicted

    def test_naming_a_change_that_is_no_decoy_convicts_none(self) -> None:
        one = graded(culprit_change="44")

        assert not one.decoy_convicted
        assert not one.is_right

    def test_another_first_failing_service_is_wrong(self) -> None:
        assert graded().first_failing_right
        assert not graded(first_failing_service="cart").first_failing_right

    def test_a_failing_service_where_nothing_failed_is_wrong(self) -> None:
        assert not graded(UNCAUSED, first_failing_service="cart").first_failing_right

    def test_the_culprit_counts_as_shown_only_if_the_digest_shows_it(self) -> None:
        assert graded(shown_changes=(DECOY, CULPRIT)).culprit_shown is True
        assert graded(shown_changes=(DECOY,)).culprit_shown is False

    def test_whether_the_culprit_was_shown_is_no_question_without_one(self) -> None:
        assert graded(UNCAUSED, shown_changes=(DECOY,)).culprit_shown is None
        assert graded(shown_changes=None).culprit_shown is None

    def test_an_answer_that_never_came_is_right_about_nothing(self) -> None:
        silent = grade(Answer(scenario="one", problem="Claude is down"), UNCAUSED)

        assert not silent.is_right
        assert not silent.first_failing_right


class TestScore:
    def test_each_share_is_of_the_cases_that_ask_its_question(self) -> None:
        total = score(
            "rules",
            [
                graded(shown_changes=(CULPRIT,)),
                graded(culprit_change=DECOY, shown_changes=()),
                graded(UNCAUSED, culprit_change="none", first_failing_service=""),
            ],
        )

        assert total.right == Share(some=2, of=3)
        assert total.culprits == Share(some=1, of=2)
        assert total.none_cases == Share(some=1, of=1)
        assert total.decoys_convicted == Share(some=1, of=3)
        assert total.first_failing == Share(some=3, of=3)
        assert total.culprits_shown == Share(some=1, of=2)

    def test_citations_are_shared_over_all_claims_and_not_over_scenarios(self) -> None:
        total = score(
            "claude", [graded(claims=9, valid_claims=9), graded(claims=1, valid_claims=0)]
        )

        assert total.citations == Share(some=9, of=10)

    def test_costs_add_up(self) -> None:
        one = graded(tokens=700, dollars=Decimal("0.02"), seconds=1.5, dropped_claims=1)
        total = score("claude", [one, one])

        assert (total.tokens, total.dollars) == (1400, Decimal("0.04"))
        assert (total.seconds, total.dropped_claims) == (3.0, 2)

    def test_unanswered_scenarios_are_counted(self) -> None:
        silent = grade(Answer(scenario="two", problem="Claude is down"), CAUSED)

        assert score("claude", [graded(), silent]).unanswered == 1

    def test_a_share_of_nothing_is_unknown_and_not_zero(self) -> None:
        assert score("claude", []).right.ratio is None
