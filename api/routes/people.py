"""Who is here, for admins; and for everybody, who am I?"""

from fastapi import APIRouter, status
from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from api.access import ForAdmins, ForThemselves, ForViewers, FromCaller, FromJournal
from api.dependencies import FromResources
from api.logins import Logins
from api.routes.logins import PersonView, facts
from domain.errors import Rejected
from domain.people import INVITE_FOR, Person, Proof, Role, digest

router = APIRouter(prefix="/v1", tags=["people"])


class Me(BaseModel):
    """`id` is null for the machine itself and for the shared token: they are nobody."""

    id: int | None
    name: str
    role: Role
    how: Proof


class PeopleList(BaseModel):
    people: list[PersonView]


class PersonChange(BaseModel, extra="forbid"):
    """What is left out stays as it is."""

    role: Role | None = None
    disabled: bool | None = None


class NewPassword(BaseModel):
    old: SecretStr = Field(max_length=1000)
    new: SecretStr = Field(max_length=1000)


class NewInvite(BaseModel, extra="forbid"):
    role: Role = Role.VIEWER


class Invite(BaseModel):
    """`invite` is shown here and never again."""

    invite: str
    role: Role
    expires_at: AwareDatetime


@router.get("/me", dependencies=[ForViewers])
async def get_me(caller: FromCaller) -> Me:
    return Me(id=caller.person_id, name=caller.who, role=caller.role, how=caller.how)


@router.put("/me/password", status_code=status.HTTP_204_NO_CONTENT, dependencies=[ForThemselves])
async def change_password(
    given: NewPassword, resources: FromResources, caller: FromCaller, journal: FromJournal
) -> None:
    """Ends every session, this one too. A token cannot do it: it may be a thief's."""
    if caller.how is not Proof.SESSION:
        raise Rejected("log in to change a password")
    logins = Logins(resources.identity, journal.sign(), resources.clock())
    await logins.change_password(caller.who, given.old, given.new)


@router.get("/people", dependencies=[ForAdmins])
async def list_people(resources: FromResources) -> PeopleList:
    """Oldest first, the disabled too: nobody is ever deleted, for the audit log names them."""
    people = await resources.identity.people.list_people()
    return PeopleList(people=[_view(person) for person in people])


@router.get("/people/{person_id}", dependencies=[ForAdmins])
async def get_person(person_id: int, resources: FromResources) -> PersonView:
    return _view(await resources.identity.people.get_person(person_id))


@router.patch("/people/{person_id}", dependencies=[ForAdmins])
async def change_person(
    person_id: int, change: PersonChange, resources: FromResources, journal: FromJournal
) -> PersonView:
    """Counts from their next request on. 409 where no admin would be left."""
    person = await resources.identity.people.change_person(
        person_id, role=change.role, disabled=change.disabled, author=journal.sign()
    )
    return _view(person)


@router.post("/invites", status_code=status.HTTP_201_CREATED, dependencies=[ForAdmins])
async def invite(new: NewInvite, resources: FromResources, journal: FromJournal) -> Invite:
    """Good once, for a week: whoever has it registers with that role."""
    secret = resources.identity.signing.new_secret().get_secret_value()
    expires_at = resources.clock() + INVITE_FOR
    await resources.identity.people.add_invite(digest(secret), new.role, expires_at, journal.sign())
    return Invite(invite=secret, role=new.role, expires_at=expires_at)


def _view(person: Person) -> PersonView:
    return PersonView.model_validate(facts(person))
