"""Personal tokens in memory."""

from datetime import datetime, timedelta

from domain.audit import Author, Change
from domain.errors import NotFound
from domain.people import ApiToken, TokenUse, facts_of_token
from tests.fakes.people_state import PeopleState


class FakeApiTokens:
    def __init__(self, state: PeopleState) -> None:
        self.state = state

    async def add_token(self, token: ApiToken, hash: bytes, author: Author) -> ApiToken:
        self.state.answer()
        added = token.model_copy(update={"id": len(self.state.tokens) + 1})
        self.state.tokens[hash] = added
        subject = str(added.id)
        after = facts_of_token(added)
        self.state.note(Change(author=author, action="token.made", subject=subject, after=after))
        return added

    async def use_token(self, hash: bytes, now: datetime) -> TokenUse | None:
        self.state.answer()
        token = self.state.tokens.get(hash)
        if token is None or token.revoked_at or token.expires_at <= now:
            return None
        person = self.state.people[token.person_id]
        if person.disabled_at:
            return None
        if token.last_used_at is None or now - token.last_used_at >= timedelta(minutes=1):
            self.state.tokens[hash] = token.model_copy(update={"last_used_at": now})
        return TokenUse(token=token, person=person)

    async def list_tokens(self, person_id: int) -> tuple[ApiToken, ...]:
        self.state.answer()
        newest_first = reversed(self.state.tokens.values())
        return tuple(token for token in newest_first if token.person_id == person_id)

    async def revoke_token(
        self, token_id: int, person_id: int | None, now: datetime, author: Author
    ) -> None:
        self.state.answer()
        known = [
            (key, token)
            for key, token in self.state.tokens.items()
            if token.id == token_id and person_id in (None, token.person_id)
        ]
        if not known:
            raise NotFound(f"there is no token {token_id}")
        key, token = known[0]
        if token.revoked_at:
            return
        self.state.tokens[key] = token.model_copy(update={"revoked_at": now})
        subject, before = str(token_id), facts_of_token(token)
        change = Change(author=author, action="token.revoked", subject=subject, before=before)
        self.state.note(change)
