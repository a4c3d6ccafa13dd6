"""Make evidence readable, once for an analysis: what later steps read instead of computing it."""

import asyncio

from temporalio import activity

from activities.cases import load_case, prepare
from domain.analysis import AnalysisKey
from domain.digest import build_digest
from domain.ports import Analyses, Incidents


class PreparationActivities:
    def __init__(self, incidents: Incidents, analyses: Analyses) -> None:
        self._incidents = incidents
        self._analyses = analyses

    @activity.defn
    async def prepare_case(self, key: AnalysisKey) -> int:
        """How many citable items there are. Safe to repeat: the same evidence, the same items."""
        prepared = await prepare(self._incidents, self._analyses, key)
        await self._analyses.save_prepared(key, prepared)
        return len(prepared.items)

    @activity.defn
    async def write_digest(self, key: AnalysisKey) -> str:
        """What became of the items, in a line. Safe to repeat: it depends on the case alone."""
        case = await load_case(self._incidents, self._analyses, key)
        digest = await asyncio.to_thread(build_digest, case)
        await self._analyses.save_digest(key, digest)
        return f"{len(digest.shown)} items shown, {len(digest.left_out)} left out"
