"""Fifty analyses at once share what a limited Datadog allows: all end, none with a gap.

`python -m scripts.share_rate_limit` does the same at Datadog's own pace.
"""

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from dd_lib.sandbox.rate_limits import LimitRule
from domain.evidence import SourceStatus
from tests.integration.workflows.storm import Storm, storm
from tests.servers.temporal import temporal_server

pytestmark = pytest.mark.timeout(200)  # the first that asks waits for the whole storm

DEADLINE = 160.0  # seconds
ANALYSES = 50
LIMIT = LimitRule(name="*", requests=20, period_seconds=4)  # resets are told in whole seconds
FIRST_QUESTIONS = 2  # of the notebooks' routes, to which nobody has said yet that they share


@pytest.fixture(scope="module")
async def stormy() -> AsyncIterator[Storm]:
    async with temporal_server() as temporal:
        yield await storm(temporal, LIMIT, analyses=ANALYSES, deadline=DEADLINE)


def test_every_analysis_ends_with_every_source_asked(stormy: Storm) -> None:
    statuses = {source.status for record in stormy.analyses for source in record.sources}

    assert len([record for record in stormy.analyses if record.conclusion]) == ANALYSES
    assert SourceStatus.COULD_NOT_ASK not in statuses


def test_every_analysis_has_its_one_notebook(stormy: Storm) -> None:
    assert stormy.notebooks == ANALYSES


def test_every_call_is_answered_in_the_end(stormy: Storm) -> None:
    statuses = Counter(call.status for call in stormy.ledger.calls)

    assert set(statuses) <= {200, 429}
    assert statuses[429] <= FIRST_QUESTIONS
    assert len(stormy.journal) == len(stormy.ledger.calls)


def test_once_nothing_is_left_nobody_asks_before_the_reset(stormy: Storm) -> None:
    assert [call for call in stormy.ledger.calls if call.remaining == 0]
    assert stormy.ledger.premature() == []


def test_the_sandbox_counts_no_more_than_its_limit(stormy: Storm) -> None:
    assert stormy.most_in_a_period() <= LIMIT.requests + FIRST_QUESTIONS
