"""Everything that tells people apart, over one state; passwords are cheap, tokens are real."""

from argon2 import PasswordHasher

from adapters.passwords import Argon2Passwords
from adapters.signing import JwtSigning
from api.identity import Identity
from tests.fakes.api_tokens import FakeApiTokens
from tests.fakes.attempts import FakeAttempts
from tests.fakes.audit import FakeAuditLog
from tests.fakes.people import FakePeople
from tests.fakes.people_state import PeopleState
from tests.fakes.sessions import FakeSessions
from tests.fakes.stored_secrets import FakeSecrets

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def fake_identity(state: PeopleState) -> Identity:
    return Identity(
        people=FakePeople(state),
        sessions=FakeSessions(state),
        tokens=FakeApiTokens(state),
        audit=FakeAuditLog(state),
        secrets=FakeSecrets(state),
        attempts=FakeAttempts(state),
        passwords=Argon2Passwords(CHEAP),
        signing=JwtSigning(),
    )
