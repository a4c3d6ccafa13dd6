"""Added functions on both players: versions are kept, one of a name is approved."""

import asyncio

import pytest

from domain.errors import Conflict, NotFound
from domain.functions import FunctionState, StoredFunction, read_signature
from tests.integration.postgres.stores import Stores

CODE = '''def {name}(service: str) -> int:
    """{words}"""
    return 1
'''


async def propose(
    stores: Stores, name: str, words: str = "Counts.", *, approve: bool = False
) -> StoredFunction:
    code = CODE.format(name=name, words=words)
    signature = read_signature(name, code)
    return await stores.functions.propose(signature, code, "mia", approve=approve)


async def approve(stores: Stores, function: StoredFunction) -> StoredFunction:
    return await stores.functions.decide(
        function.name, function.version, FunctionState.APPROVED, "kim"
    )


async def test_a_proposal_cannot_be_called_yet(stores: Stores) -> None:
    proposed = await propose(stores, "count_once")

    assert (proposed.version, proposed.state) == (1, FunctionState.PROPOSED)
    with pytest.raises(NotFound, match="count_once"):
        await stores.functions.get_approved("count_once")


async def test_an_approved_version_is_the_one_that_is_called(stores: Stores) -> None:
    approved = await approve(stores, await propose(stores, "count_twice"))

    assert await stores.functions.get_approved("count_twice") == approved
    assert approved.decided_by == "kim"


async def test_a_later_version_retires_the_earlier(stores: Stores) -> None:
    first = await approve(stores, await propose(stores, "count_again"))
    second = await approve(stores, await propose(stores, "count_again", "Counts better."))

    versions = await stores.functions.list_functions()

    states = {one.version: one.state for one in versions if one.name == "count_again"}
    assert states == {1: FunctionState.RETIRED, 2: FunctionState.APPROVED}
    assert (first.version, second.version) == (1, 2)


async def test_the_same_code_is_proposed_once(stores: Stores) -> None:
    first = await propose(stores, "count_same")

    assert await propose(stores, "count_same") == first


async def test_a_rejected_version_stays_rejected(stores: Stores) -> None:
    proposed = await propose(stores, "count_nothing")
    await stores.functions.decide(proposed.name, proposed.version, FunctionState.REJECTED, "kim")

    with pytest.raises(Conflict, match="rejected"):
        await approve(stores, proposed)


async def test_approving_twice_changes_nothing(stores: Stores) -> None:
    proposed = await propose(stores, "count_calmly")

    assert await approve(stores, proposed) == await approve(stores, proposed)


async def test_an_unknown_version_is_not_found(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.functions.decide("count_never", 1, FunctionState.APPROVED, "kim")


async def test_a_proposal_can_be_approved_at_once(stores: Stores) -> None:
    approved = await propose(stores, "count_at_once", approve=True)

    assert approved.state is FunctionState.APPROVED


async def test_ten_proposals_at_once_get_ten_versions(stores: Stores) -> None:
    proposed = await asyncio.gather(
        *(propose(stores, "count_race", f"Counts {n}.") for n in range(10))
    )

    assert sorted(one.version for one in proposed) == list(range(1, 11))


async def test_functions_are_listed_by_state(stores: Stores) -> None:
    await approve(stores, await propose(stores, "count_listed"))

    approved = await stores.functions.list_functions(state=FunctionState.APPROVED)
    rejected = await stores.functions.list_functions(state=FunctionState.REJECTED)

    assert "count_listed" in {one.name for one in approved}
    assert "count_listed" not in {one.name for one in rejected}
