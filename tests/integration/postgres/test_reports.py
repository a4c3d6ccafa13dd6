"""Reports as documents, on both players."""

import pytest

from domain.analysis import AnalysisKey
from domain.errors import NotFound
from tests.factories import a_frame
from tests.integration.postgres.stores import Stores, claim, deliver


async def an_analysis(stores: Stores) -> AnalysisKey:
    await deliver(stores)
    [dispatch] = await claim(stores)
    frame = a_frame(incident_id=dispatch.incident_id)
    await stores.analyses.open_analysis(frame)
    return frame.key


async def test_the_last_report_of_an_analysis_stays(stores: Stores) -> None:
    key = await an_analysis(stores)
    await stores.reports.save_report(key, {"summary": {"alert_status": "ACTIVE"}})
    await stores.reports.save_report(key, {"summary": {"alert_status": "RESOLVED"}})

    report = await stores.reports.latest_report(key.incident_id)

    assert report == {"summary": {"alert_status": "RESOLVED"}}


async def test_the_newest_analysis_gives_the_report(stores: Stores) -> None:
    first = await an_analysis(stores)
    second = AnalysisKey(incident_id=first.incident_id, number=2)
    await stores.analyses.open_analysis(a_frame(incident_id=first.incident_id, number=2))
    await stores.reports.save_report(second, {"metadata": {"analysis": 2}})
    await stores.reports.save_report(first, {"metadata": {"analysis": 1}})

    assert await stores.reports.latest_report(first.incident_id) == {"metadata": {"analysis": 2}}


async def test_an_incident_without_one_has_none(stores: Stores) -> None:
    key = await an_analysis(stores)

    with pytest.raises(NotFound, match="no report yet"):
        await stores.reports.latest_report(key.incident_id)


async def test_a_report_of_an_unknown_analysis_is_refused(stores: Stores) -> None:
    with pytest.raises(NotFound):
        await stores.reports.save_report(AnalysisKey(incident_id=10**9, number=1), {})
