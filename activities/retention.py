"""Removing what is old. Every step can be repeated: what is gone stays gone."""

from datetime import datetime

from temporalio import activity

from domain.case import Prepared
from domain.ports import Analyses
from domain.retention import (
    ANALYSES,
    Batch,
    Kind,
    RetentionPlan,
    RetentionRules,
    RetentionStore,
    essence,
)


class RetentionActivities:
    def __init__(
        self, retention: RetentionStore, analyses: Analyses, rules: RetentionRules
    ) -> None:
        self._retention = retention
        self._analyses = analyses
        self._rules = rules

    @activity.defn
    async def plan_retention(self, now: datetime) -> RetentionPlan:
        """Only reads the settings of this worker; the run keeps to what the first answer said."""
        return self._rules.plan(now)

    @activity.defn
    async def remove_batch(self, kind: Kind, before: datetime, after: int) -> Batch:
        """Safe to repeat: a second try finds what the first one left."""
        if kind is not Kind.EVIDENCE:
            return await self._retention.remove_batch(kind, before=before, after=after)
        keys = await self._retention.old_analyses(before=before, limit=ANALYSES)
        for key in keys:
            prepared = await self._analyses.get_prepared(key)
            records = await self._analyses.list_analyses(key.incident_id)
            conclusion = next((one.conclusion for one in records if one.key == key), None)
            kept: Prepared | None = essence(prepared, conclusion) if prepared else None
            await self._retention.shorten(key, kept)
        return Batch(removed=len(keys), is_done=len(keys) < ANALYSES)
