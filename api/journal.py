"""One request's place in the audit log."""

from pydantic import JsonValue

from domain.audit import Author, Change
from domain.people_ports import AuditLog

Facts = dict[str, JsonValue]


class Journal:
    """A route that changes something leaves exactly one trace, whether it thinks of it or not.

    A store that writes the entry with its change is given `sign()`. Otherwise the entry is
    written right after the route, with what `tell` said, or else with its method and path.
    """

    def __init__(self, log: AuditLog, author: Author, action: str, subject: str) -> None:
        self._log = log
        self._change: Change | None = Change(author=author, action=action, subject=subject)
        self._author = author

    def sign(self) -> Author:
        """For a store that writes the entry itself."""
        self._change = None
        return self._author

    def tell(
        self,
        action: str,
        subject: str,
        *,
        before: Facts | None = None,
        after: Facts | None = None,
    ) -> None:
        self._change = Change(
            author=self._author, action=action, subject=subject, before=before, after=after
        )

    async def close(self, failure: str = "") -> None:
        """`failure` is what it ended with: it may have changed something all the same."""
        if self._change is None:
            return
        told = (self._change.after or {}) | ({"failed": failure} if failure else {})
        await self._log.record(self._change.model_copy(update={"after": told or None}))
