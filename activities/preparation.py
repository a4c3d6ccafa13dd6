"""Make evidence readable, once for an analysis: what later steps read instead of computing it."""

import asyncio

from temporalio import activity

from activities.cases import load_prepared_case, prepare
from domain.analysis import AnalysisKey
from domain.digest import build_digest
from domain.investigation_ports import Transcripts
from domain.ports import Analyses, Incidents


class PreparationActivities:
    """What a model has read stays as it is, even for a run that begins anew under the same number:
    a conversation whose first words changed could not go on.
    """

    def __init__(self, incidents: Incidents, analyses: Analyses, transcripts: Transcripts) -> None:
        self._incidents = incidents
        self._analyses = analyses
        self._transcripts = transcripts

    @activity.defn
    async def prepare_case(self, key: AnalysisKey) -> int:
        """How many citable items there are. Safe to repeat: the same evidence, the same items."""
        prepared = await self._analyses.get_prepared(key)
        if prepared is None or not await self._was_read(key):
            prepared = await prepare(self._incidents, self._analyses, key)
            await self._analyses.save_prepared(key, prepared)
        return len(prepared.items)

    @activity.defn
    async def write_digest(self, key: AnalysisKey) -> str:
        """What became of the items, in a line. Safe to repeat: it depends on the case alone."""
        digest = await self._analyses.get_digest(key)
        if digest is None or not await self._was_read(key):
            case = await load_prepared_case(self._incidents, self._analyses, key)
            digest = await asyncio.to_thread(build_digest, case)
            await self._analyses.save_digest(key, digest)
        return f"{len(digest.shown)} items shown, {len(digest.left_out)} left out"

    async def _was_read(self, key: AnalysisKey) -> bool:
        return bool((await self._transcripts.get_transcript(key)).turns)
