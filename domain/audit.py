"""What changed, and by whom."""

from pydantic import AwareDatetime, JsonValue

from domain.people import Proof
from domain.values import Value


class Author(Value):
    """Who a change is put down to."""

    who: str
    how: Proof
    address: str = ""  # where the request came from
    request_id: str = ""


class Change(Value):
    """`before` is null for what is new, `after` for what is gone. Neither ever holds a secret."""

    author: Author
    action: str  # noun.verb
    subject: str = ""
    before: dict[str, JsonValue] | None = None
    after: dict[str, JsonValue] | None = None


class AuditEntry(Value):
    id: int
    at: AwareDatetime
    who: str
    how: Proof
    address: str
    request_id: str
    action: str
    subject: str
    before: dict[str, JsonValue] | None
    after: dict[str, JsonValue] | None


class AuditFilter(Value):
    """Empty ones let everything through."""

    who: str = ""
    action: str = ""
    subject: str = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
