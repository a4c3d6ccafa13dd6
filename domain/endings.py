"""Incidents that a person ends: closed, or merged into another."""

from datetime import datetime
from typing import Protocol

from domain.audit import Author


class IncidentEndings(Protocol):
    """Both say who did it in the audit log, in the transaction that does it."""

    async def close_incident(
        self, incident_id: int, *, why: str, now: datetime, signed: Author
    ) -> bool:
        """Everything in it counts as recovered now. False where it was closed already.

        Its own run does the rest, once it is told to look. Raises NotFound.
        """
        ...

    async def merge_incident(
        self, incident_id: int, *, into: int, now: datetime, signed: Author
    ) -> None:
        """What still alerts in it, and what will come of its group, belongs to `into` now.

        Its own deliveries and its report stay with it. Again changes nothing. Raises NotFound, and
        Conflict where either is merged elsewhere, or `into` is closed or the same.
        """
        ...
