"""The audit log on both players; that it cannot be rewritten, on the real one."""

from datetime import timedelta

import pytest

from adapters.postgres.database import Database
from adapters.postgres.functions import PostgresFunctions
from adapters.postgres.webhook_configs import PostgresWebhookConfigs
from api.identity import Identity
from domain.audit import AuditEntry, AuditFilter, Change
from domain.errors import Broken
from domain.functions import FunctionState, read_signature
from tests.factories import a_config_request
from tests.integration.postgres.identity_stores import SOMEBODY, real_identity


async def note(identity: Identity, action: str, subject: str = "") -> None:
    await identity.audit.record(Change(author=SOMEBODY, action=action, subject=subject))


async def page(
    identity: Identity, wanted: AuditFilter | None = None, *, before: int | None = None
) -> tuple[AuditEntry, ...]:
    return await identity.audit.list_entries(wanted or AuditFilter(), before_id=before, limit=2)


async def test_pages_neither_skip_nor_repeat_while_entries_are_added(identity: Identity) -> None:
    for number in range(4):
        await note(identity, f"thing.{number}")
    first = await page(identity)
    await note(identity, "thing.late")

    second = await page(identity, before=first[-1].id)

    told = [entry.action for entry in (*first, *second)]
    assert told == ["thing.3", "thing.2", "thing.1", "thing.0"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AuditFilter(action="b.made"), ["b.made"]),
        (AuditFilter(subject="x"), ["a.made"]),
        (AuditFilter(who="kim"), ["b.made", "a.made"]),
        (AuditFilter(who="tom"), []),
        (AuditFilter(who="\x00"), []),
    ],
)
async def test_entries_are_filtered(
    identity: Identity, wanted: AuditFilter, expected: list[str]
) -> None:
    await note(identity, "a.made", "x")
    await note(identity, "b.made", "y")

    assert [entry.action for entry in await page(identity, wanted)] == expected


async def test_entries_are_filtered_by_time(identity: Identity) -> None:
    await note(identity, "a.made")
    (entry,) = await page(identity)

    later = entry.at + timedelta(microseconds=1)

    assert await page(identity, AuditFilter(since=entry.at, until=later)) == (entry,)
    assert await page(identity, AuditFilter(since=later)) == ()
    assert await page(identity, AuditFilter(until=entry.at)) == ()


async def test_whatever_text_came_in_is_kept_as_well_as_can_be(identity: Identity) -> None:
    nasty = "line\nbreak \x1b[31m '; DROP TABLE people; --"
    after = {"name": nasty}
    await identity.audit.record(
        Change(author=SOMEBODY, action="a.made", subject=nasty, after={**after})
    )

    (entry,) = await page(identity)

    assert (entry.subject, entry.after) == (nasty, after)


async def test_what_postgres_cannot_keep_is_replaced_and_no_reason_to_fail(
    identity: Identity,
) -> None:
    await note(identity, "a.made", "nul \x00 and half \ud800")

    (entry,) = await page(identity)

    assert entry.subject.startswith("nul ")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET who = 'somebody else'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
    ],
)
async def test_the_log_cannot_be_rewritten(database: Database, statement: str) -> None:
    async with database.connection() as connection:
        await connection.execute("INSERT INTO audit_log (who, how, action) VALUES ('a', 'b', 'c')")

    with pytest.raises(Broken):
        async with database.connection() as connection:
            await connection.execute(statement.encode())

    async with database.connection() as connection:
        cursor = await connection.execute("SELECT who FROM audit_log")
        assert [row["who"] async for row in cursor] == ["a"]


async def test_a_saved_config_and_its_entry_are_stored_together(database: Database) -> None:
    configs, identity = PostgresWebhookConfigs(database), real_identity(database)
    url = "https://chat.test/hook?token=hunter2"
    await configs.upsert_config(a_config_request(forward_urls=(url,)), signed=SOMEBODY)
    await configs.upsert_config(a_config_request(active=False), signed=SOMEBODY)
    await configs.delete_config("checkout", signed=SOMEBODY)

    gone, changed, new = await identity.audit.list_entries(AuditFilter(), before_id=None, limit=9)

    assert [entry.action for entry in (new, changed, gone)] == [
        "config.saved",
        "config.saved",
        "config.deleted",
    ]
    assert (new.before, new.after and new.after["forwards_to"]) == (None, ["chat.test"])
    assert changed.before == new.after
    assert (gone.before, gone.after) == (changed.after, None)
    assert "hunter2" not in str((gone, changed, new))


async def test_an_approved_function_is_told_with_its_states(database: Database) -> None:
    functions, identity = PostgresFunctions(database), real_identity(database)
    code = 'def count_it(service: str) -> int:\n    """Counts."""\n    return 1\n'
    signature = read_signature("count_it", code)
    for _ in range(2):  # the second proposal changes nothing
        await functions.propose(signature, code, "mia", approve=False, signed=SOMEBODY)
    await functions.decide("count_it", 1, FunctionState.APPROVED, "kim", signed=SOMEBODY)

    told = await identity.audit.list_entries(AuditFilter(), before_id=None, limit=9)

    assert [entry.action for entry in told] == ["function.approved", "function.proposed"]
    assert told[0].before == told[1].after
