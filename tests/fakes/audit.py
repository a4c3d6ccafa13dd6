"""The audit log in memory."""

from domain.audit import AuditEntry, AuditFilter, Change
from tests.fakes.people_state import PeopleState


class FakeAuditLog:
    def __init__(self, state: PeopleState) -> None:
        self.state = state

    async def record(self, change: Change) -> None:
        self.state.answer()
        self.state.note(change)

    async def list_entries(
        self, wanted: AuditFilter, *, before_id: int | None, limit: int
    ) -> tuple[AuditEntry, ...]:
        self.state.answer()
        found = [
            entry
            for entry in reversed(self.state.log)
            if _fits(entry, wanted) and (before_id is None or entry.id < before_id)
        ]
        return tuple(found[:limit])


def _fits(entry: AuditEntry, wanted: AuditFilter) -> bool:
    return (
        wanted.who in ("", entry.who)
        and wanted.action in ("", entry.action)
        and wanted.subject in ("", entry.subject)
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
    )
