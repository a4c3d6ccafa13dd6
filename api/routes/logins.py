"""Coming in and going out: register, log in, refresh, log out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status
from pydantic import AwareDatetime, BaseModel, Field, SecretStr, model_validator

from api.access import ForNobody, ForThemselves, FromCaller, FromJournal, author_of
from api.bodies import as_ever
from api.dependencies import FromResources
from api.local_trust import comes_from_this_machine
from api.logins import LoggedIn, Logins
from domain.errors import Rejected
from domain.people import Person, Role

router = APIRouter(tags=["people"])


class _AsEver(BaseModel):
    """Names in any case, and the first Rayne's `username`; its `UUID` is ignored."""

    name: str = Field(max_length=200)
    password: SecretStr = Field(max_length=1000)

    @model_validator(mode="before")
    @classmethod
    def _as_ever(cls, given: object) -> object:
        body = as_ever(given)
        if isinstance(body, dict) and "username" in body:
            body.setdefault("name", body["username"])
        return body


class NewPerson(_AsEver):
    invite: SecretStr | None = Field(default=None, max_length=200)


class Login(_AsEver):
    pass


class Refresh(BaseModel):
    refresh_token: SecretStr = Field(max_length=200)


class PersonView(BaseModel):
    """`Name` and `UUID` as the first Rayne spelt them; here Rayne gives the number."""

    id: int
    name: str
    role: Role
    created_at: AwareDatetime
    disabled: bool


class Registered(PersonView):
    Name: str
    UUID: int


class Tokens(BaseModel):
    """`access_token` goes into 'Authorization: Bearer ...'. `refresh_token` is good once."""

    Name: str
    UUID: int
    role: Role
    access_token: str
    token_type: str = "bearer"  # noqa: S105 - OAuth's word for how it is sent
    expires_at: AwareDatetime
    refresh_token: str
    refresh_expires_at: AwareDatetime


def logins(request: Request, resources: FromResources) -> Logins:
    return Logins(resources.identity, author_of(request), resources.clock())


FromLogins = Annotated[Logins, Depends(logins)]


@router.post("/register", status_code=status.HTTP_201_CREATED, dependencies=[ForNobody])
async def register(
    given: NewPerson, request: Request, resources: FromResources, logins: FromLogins
) -> Registered:
    """With an invite, or where registration is open: a setting, and so in local mode."""
    access = resources.access
    is_open = access.open_registration or (access.is_local and comes_from_this_machine(request))
    person = await logins.register(given.name, given.password, given.invite, is_open=is_open)
    return Registered(**facts(person), Name=person.name, UUID=person.id)


@router.post("/login", dependencies=[ForNobody])
async def log_in(given: Login, logins: FromLogins) -> Tokens:
    return _tokens(await logins.log_in(given.name, given.password))


@router.post("/refresh", dependencies=[ForNobody])
async def refresh(given: Refresh, logins: FromLogins) -> Tokens:
    """Each refresh token is good once; a second use ends the session it belongs to."""
    return _tokens(await logins.refresh(given.refresh_token))


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, dependencies=[ForThemselves])
async def log_out(resources: FromResources, caller: FromCaller, journal: FromJournal) -> None:
    """Ends the session at once, its access tokens too. Idempotent."""
    if caller.session_id is None:
        raise Rejected("only a login can be ended: a token is revoked at /v1/tokens")
    await resources.identity.sessions.end_session(
        caller.session_id, resources.clock(), journal.sign()
    )


def facts(person: Person) -> dict[str, object]:
    return {
        **person.model_dump(exclude={"disabled_at"}),
        "disabled": person.disabled_at is not None,
    }


def _tokens(logged_in: LoggedIn) -> Tokens:
    return Tokens(
        Name=logged_in.person.name,
        UUID=logged_in.person.id,
        role=logged_in.person.role,
        access_token=logged_in.access_token,
        expires_at=logged_in.access_expires_at,
        refresh_token=logged_in.refresh_token,
        refresh_expires_at=logged_in.session_expires_at,
    )
