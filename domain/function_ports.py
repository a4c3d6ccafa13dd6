"""What added functions need: a place to keep them, and a place where they can do no harm.

Every method may raise a `domain.errors.RayneError` and nothing else.
"""

from collections.abc import Mapping
from typing import Protocol

from pydantic import JsonValue

from domain.audit import Author
from domain.case import Frame
from domain.functions import FunctionState, Signature, StoredFunction


class Functions(Protocol):
    async def propose(
        self,
        signature: Signature,
        code: str,
        author: str,
        *,
        approve: bool,
        signed: Author | None = None,
    ) -> StoredFunction:
        """The next version of that name. The same code as the latest gives that one back.

        `approve` makes it the one that is called, in the same transaction. `signed`: who the
        audit log puts it down to, in that transaction too.
        """
        ...

    async def decide(
        self,
        name: str,
        version: int,
        state: FunctionState,
        by: str,
        *,
        signed: Author | None = None,
    ) -> StoredFunction:
        """Approving retires the version approved before. Idempotent. Raises NotFound.

        `signed` as above.
        """
        ...

    async def get_approved(self, name: str) -> StoredFunction:
        """Raises NotFound."""
        ...

    async def list_functions(
        self, *, state: FunctionState | None = None
    ) -> tuple[StoredFunction, ...]:
        """By name, then version."""
        ...


class FunctionSandbox(Protocol):
    async def check(self, signature: Signature, code: str) -> None:
        """Compiles it and checks its types against Datadog's functions; runs nothing.

        Raises InvalidInput with what is wrong, line by line.
        """
        ...

    async def run(
        self, function: StoredFunction, arguments: Mapping[str, JsonValue], frame: Frame
    ) -> str:
        """A bounded JSON text. "now" is the end of the frame's window.

        Raises InvalidInput where the arguments do not fit or the function fails or hits a limit.
        """
        ...
