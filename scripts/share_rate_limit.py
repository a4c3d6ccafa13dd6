"""Lets many analyses share a rate limit, in real time, and says how they fared.

python -m scripts.share_rate_limit [ANALYSES [REQUESTS SECONDS]]: 50 against 10 per 10 seconds.
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterable

from adapters import logs
from dd_lib.sandbox.rate_limits import LimitRule
from domain.evidence import SourceStatus
from tests.integration.workflows.storm import Storm, storm
from tests.servers.temporal import temporal_server

LONGEST = 1800  # seconds


async def main(analyses: int = 50, requests: int = 10, seconds: int = 10) -> None:
    limit = LimitRule(name="*", requests=requests, period_seconds=seconds)
    began = time.monotonic()
    async with temporal_server() as temporal:
        outcome = await storm(temporal, limit, analyses=analyses, deadline=LONGEST)
    print(f"{analyses} analyses, {requests} requests per {seconds} s and bucket:")
    for line in _told(outcome):
        print(f"  {line}")
    print(f"  {time.monotonic() - began:.0f} s")


def _told(outcome: Storm) -> list[str]:
    calls = outcome.ledger.calls
    gaps = [
        source.note
        for record in outcome.analyses
        for source in record.sources
        if source.status is SourceStatus.COULD_NOT_ASK
    ]
    return [
        f"calls by bucket: {_counts(call.bucket for call in calls)}",
        f"calls by status: {_counts(call.status for call in calls)}",
        f"sent before the reset that an answer told of: {len(outcome.ledger.premature())}",
        f"most of one route in one period: {outcome.most_in_a_period()}",
        f"notebooks: {outcome.notebooks}; sources that could not be asked: {len(gaps)}",
        f"steps by the try that ended them: {_counts(outcome.tries)}",
    ]


def _counts(values: Iterable[object]) -> str:
    return ", ".join(f"{value}: {count}" for value, count in Counter(values).most_common())


if __name__ == "__main__":
    logs.configure("error", "text")
    asyncio.run(main(*(int(word) for word in sys.argv[1:])))
