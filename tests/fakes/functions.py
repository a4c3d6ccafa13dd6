"""Added functions in memory."""

from domain.audit import Author, Change
from domain.errors import Conflict, NotFound
from domain.functions import FunctionState, Signature, StoredFunction, facts_of_function
from tests.fakes.store_state import FakeState


class FakeFunctions:
    def __init__(self, state: FakeState | None = None) -> None:
        self.state = state or FakeState()

    async def propose(
        self,
        signature: Signature,
        code: str,
        author: str,
        *,
        approve: bool,
        signed: Author | None = None,
    ) -> StoredFunction:
        self.state.answer()
        versions = self._of(signature.name)
        latest = versions[-1] if versions else None
        if latest is None or latest.code != code or latest.state is FunctionState.RETIRED:
            latest = StoredFunction(
                name=signature.name,
                version=len(versions) + 1,
                state=FunctionState.PROPOSED,
                code=code,
                signature=signature,
                author=author,
                proposed_at=self.state.now,
            )
            self.state.functions[latest.name, latest.version] = latest
            self._note(signed, latest)
        if approve and latest.state is FunctionState.PROPOSED:
            return await self.decide(latest.name, latest.version, FunctionState.APPROVED, author)
        return latest

    async def decide(
        self,
        name: str,
        version: int,
        state: FunctionState,
        by: str,
        *,
        signed: Author | None = None,
    ) -> StoredFunction:
        self.state.answer()
        known = self.state.functions.get((name, version))
        if known is None:
            raise NotFound(f"there is no function {name!r} of version {version}")
        if known.state is state:
            return known
        if known.state is not FunctionState.PROPOSED and state is not FunctionState.RETIRED:
            raise Conflict(f"{name} {version} is {known.state} already")
        if state is FunctionState.APPROVED:
            for other in self._of(name):
                if other.state is FunctionState.APPROVED:
                    self._set(other, FunctionState.RETIRED, by)
        decided = self._set(known, state, by)
        self._note(signed, decided)
        return decided

    async def get_approved(self, name: str) -> StoredFunction:
        self.state.answer()
        for function in self._of(name):
            if function.state is FunctionState.APPROVED:
                return function
        raise NotFound(f"no approved function is called {name!r}")

    async def list_functions(
        self, *, state: FunctionState | None = None
    ) -> tuple[StoredFunction, ...]:
        self.state.answer()
        functions = (self.state.functions[key] for key in sorted(self.state.functions))
        return tuple(one for one in functions if state in (None, one.state))

    def _note(self, author: Author | None, function: StoredFunction) -> None:
        if author:
            action, after = f"function.{function.state}", facts_of_function(function)
            self.state.noted.append(Change(author=author, action=action, after=after))

    def _of(self, name: str) -> list[StoredFunction]:
        return [self.state.functions[key] for key in sorted(self.state.functions) if key[0] == name]

    def _set(self, function: StoredFunction, state: FunctionState, by: str) -> StoredFunction:
        decided = function.model_copy(
            update={"state": state, "decided_by": by, "decided_at": self.state.now}
        )
        self.state.functions[function.name, function.version] = decided
        return decided
