"""What the routes need to tell people apart."""

from dataclasses import dataclass

from domain.people_ports import (
    ApiTokens,
    Attempts,
    AuditLog,
    Passwords,
    People,
    Sessions,
    Signing,
    StoredSecrets,
)


@dataclass(frozen=True)
class Identity:
    people: People
    sessions: Sessions
    tokens: ApiTokens
    audit: AuditLog
    secrets: StoredSecrets
    attempts: Attempts
    passwords: Passwords
    signing: Signing
