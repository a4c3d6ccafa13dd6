"""Personal API tokens: made by whoever they act for, shown once, revoked at will."""

from datetime import timedelta

from fastapi import APIRouter, status
from pydantic import AwareDatetime, BaseModel, Field

from api.access import ForThemselves, ForViewers, FromCaller, FromJournal
from api.dependencies import FromResources
from domain.errors import Forbidden, Rejected
from domain.people import TOKEN_PREFIX, ApiToken, Caller, Proof, Role, digest

router = APIRouter(prefix="/v1/tokens", tags=["people"])

LONGEST_DAYS = 366


class NewToken(BaseModel, extra="forbid"):
    """`role` is the most it may do; never more than its owner may at that moment."""

    name: str = Field(min_length=1, max_length=200)
    role: Role = Role.VIEWER
    days: int = Field(default=90, ge=1, le=LONGEST_DAYS)


class TokenView(BaseModel):
    id: int
    name: str
    role: Role
    created_at: AwareDatetime
    expires_at: AwareDatetime
    last_used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class MadeToken(TokenView):
    """`token` is shown here and never again."""

    token: str


class TokenList(BaseModel):
    tokens: list[TokenView]


@router.post("", status_code=status.HTTP_201_CREATED, dependencies=[ForThemselves])
async def make_token(
    new: NewToken, resources: FromResources, caller: FromCaller, journal: FromJournal
) -> MadeToken:
    """By a login only: a stolen token must not be able to make itself another."""
    if caller.how is not Proof.SESSION:
        raise Rejected("log in to make a token")
    if not caller.role.covers(new.role):
        raise Forbidden(f"your role is {caller.role}: no token of yours can be {new.role}")
    secret = resources.identity.signing.new_secret(TOKEN_PREFIX).get_secret_value()
    now = resources.clock()
    wanted = ApiToken(
        id=0,
        person_id=_person(caller),
        name=new.name,
        role=new.role,
        created_at=now,
        expires_at=now + timedelta(days=new.days),
    )
    token = await resources.identity.tokens.add_token(wanted, digest(secret), journal.sign())
    return MadeToken(**token.model_dump(exclude={"person_id"}), token=secret)


@router.get("", dependencies=[ForViewers])
async def list_tokens(resources: FromResources, caller: FromCaller) -> TokenList:
    """Yours, newest first."""
    tokens = await resources.identity.tokens.list_tokens(_person(caller))
    return TokenList(tokens=[TokenView(**one.model_dump(exclude={"person_id"})) for one in tokens])


@router.delete("/{token_id}", status_code=status.HTTP_204_NO_CONTENT, dependencies=[ForThemselves])
async def revoke_token(
    token_id: int, resources: FromResources, caller: FromCaller, journal: FromJournal
) -> None:
    """One of yours; an admin any. Counts from the next request on. Idempotent."""
    owner = None if caller.role is Role.ADMIN else _person(caller)
    await resources.identity.tokens.revoke_token(token_id, owner, resources.clock(), journal.sign())


def _person(caller: Caller) -> int:
    if caller.person_id is None:
        raise Rejected("tokens belong to people: log in first")
    return caller.person_id
