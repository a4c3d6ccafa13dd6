"""What people said of analyses, on both players."""

import pytest

from domain.analysis import AnalysisKey
from domain.errors import NotFound
from domain.feedback import Feedback, Verdict
from tests.factories import NOON, a_conclusion, a_frame
from tests.integration.postgres.stores import Stores, claim, deliver


async def an_incident(stores: Stores) -> int:
    await deliver(stores)
    [dispatch] = await claim(stores)
    return dispatch.incident_id


async def finish(stores: Stores, key: AnalysisKey) -> None:
    await stores.analyses.open_analysis(a_frame(incident_id=key.incident_id, number=key.number))
    await stores.analyses.finish_analysis(key, (), a_conclusion())


async def test_feedback_comes_back_whole_and_in_order(stores: Stores) -> None:
    incident_id = await an_incident(stores)
    first = Feedback(incident_id=incident_id, verdict=Verdict.CONFIRMED, given_at=NOON)
    second = Feedback(
        incident_id=incident_id,
        verdict=Verdict.CORRECTED,
        cause="a disk, full of \x00",
        remediation="It was emptied.",
        author="mia",
        given_at=NOON,
    )

    await stores.feedbacks.give(first)
    await stores.feedbacks.give(second)

    given = await stores.feedbacks.list_feedback(incident_id)
    assert [one.verdict for one in given] == [Verdict.CONFIRMED, Verdict.CORRECTED]
    assert given[1].cause.startswith("a disk, full of ")
    assert await stores.feedbacks.latest(incident_id) == given[1]


async def test_nothing_said_is_none(stores: Stores) -> None:
    assert await stores.feedbacks.latest(await an_incident(stores)) is None


async def test_feedback_on_an_unknown_incident_is_refused(stores: Stores) -> None:
    unknown = Feedback(incident_id=10**9, verdict=Verdict.CONFIRMED, given_at=NOON)

    with pytest.raises(NotFound):
        await stores.feedbacks.give(unknown)


async def test_of_an_incidents_finished_analyses_the_latest_is_listed(stores: Stores) -> None:
    incident_id = await an_incident(stores)
    first, second, third = (
        AnalysisKey(incident_id=incident_id, number=number) for number in (1, 2, 3)
    )
    await finish(stores, first)
    await finish(stores, second)
    await stores.analyses.open_analysis(a_frame(incident_id=incident_id, number=third.number))

    finished = await stores.finished.list_finished(after=incident_id - 1, limit=10)

    assert finished == (second,)


async def test_finished_analyses_are_listed_after_an_id(stores: Stores) -> None:
    incident_id = await an_incident(stores)
    await finish(stores, AnalysisKey(incident_id=incident_id, number=1))

    assert await stores.finished.list_finished(after=incident_id, limit=10) == ()
