"""Roles cover one another, names are compared as people read them, passwords are long."""

import pytest

from domain.errors import InvalidInput
from domain.people import (
    ApiToken,
    Person,
    Role,
    TokenUse,
    check_name,
    check_password,
    name_key,
    role_by_token,
)
from tests.factories import NOON


@pytest.mark.parametrize("has", Role)
@pytest.mark.parametrize("needs", Role)
def test_a_role_covers_itself_and_those_below(has: Role, needs: Role) -> None:
    order = [Role.VIEWER, Role.OPERATOR, Role.ADMIN]

    assert has.covers(needs) == (order.index(has) >= order.index(needs))


@pytest.mark.parametrize("owner", Role)
@pytest.mark.parametrize("token", Role)
def test_a_token_may_what_both_it_and_its_owner_may(owner: Role, token: Role) -> None:
    use = TokenUse(
        token=ApiToken(id=1, person_id=1, name="ci", role=token, created_at=NOON, expires_at=NOON),
        person=Person(id=1, name="mia", role=owner, created_at=NOON),
    )

    role = role_by_token(use)

    assert role in (owner, token)
    assert owner.covers(role)
    assert token.covers(role)


@pytest.mark.parametrize("other", ["Mia", " mia ", "MIA", "\uff4d\uff49\uff41"])
def test_names_that_look_the_same_are_the_same(other: str) -> None:
    assert name_key(other) == name_key("mia")


@pytest.mark.parametrize("name", ["mia", "Mia.Berg", "m@shop.example", "7", "Zoë", "x" * 64])
def test_a_good_name_is_kept(name: str) -> None:
    assert check_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name", ["", " ", ".mia", "a b", "x" * 65, "a\nb", "a\x00", "<b>", "a/b", "\u202eaim"]
)
def test_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        check_name(name)


@pytest.mark.parametrize(
    "password",
    ["elevenchars", "x" * 257, "ababababababab", "the-name-of-mine", "The-Name-Of-Mine1"],
)
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        check_password(password, "the-name-of-mine")


@pytest.mark.parametrize(
    "password", ["twelve chars", "mia mia and the battery", "пароль подлиннее"]
)
def test_a_long_password_is_taken(password: str) -> None:
    check_password(password, "mia")
