"""Whose token is it?"""

from datetime import datetime

from api.identity import Identity
from domain.people import TOKEN_PREFIX, Caller, Proof, digest, role_by_token

_DOTS = 2  # in a signed token, and in no other


async def person_behind(token: str, identity: Identity, now: datetime) -> Caller | None:
    """None for a token that is unknown, over, revoked, or of somebody disabled.

    What is no token by its looks costs no question to the database.
    """
    if token.startswith(TOKEN_PREFIX):
        return await _by_api_token(token, identity, now)
    if token.count(".") == _DOTS:
        return await _by_session(token, identity, now)
    return None


async def _by_api_token(token: str, identity: Identity, now: datetime) -> Caller | None:
    use = await identity.tokens.use_token(digest(token), now)
    if use is None:
        return None
    return Caller(
        who=use.person.name, how=Proof.TOKEN, role=role_by_token(use), person_id=use.person.id
    )


async def _by_session(token: str, identity: Identity, now: datetime) -> Caller | None:
    """The session is looked up, so that a logout or a new role counts from the next request on."""
    claims = identity.signing.read(token, await identity.secrets.signing_key())
    if claims is None or claims.expires_at <= now:
        return None
    session = await identity.sessions.find_session(claims.session_id, now)
    if session is None or session.person.id != claims.person_id:
        return None
    return Caller(
        who=session.person.name,
        how=Proof.SESSION,
        role=session.person.role,
        person_id=session.person.id,
        session_id=session.id,
    )
