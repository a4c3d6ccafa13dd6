"""Explain a case, then keep only what its evidence bears out."""

import asyncio
from typing import Self

from temporalio import activity

from activities.cases import load_case
from domain.analysis import AnalysisKey, AnalysisResult, Authorship, Conclusion, Draft
from domain.case import Case
from domain.clean import clean
from domain.errors import Broken
from domain.investigation import with_costs
from domain.investigation_ports import Transcripts
from domain.ports import Analyses, Analyst, Incidents
from domain.telemetry import UNCOUNTED, Tally
from domain.verdict import settle


class AnalysisActivities:
    def __init__(
        self,
        incidents: Incidents,
        analyses: Analyses,
        transcripts: Transcripts,
        *,
        rules: Analyst,
    ) -> None:
        self._incidents = incidents
        self._analyses = analyses
        self._transcripts = transcripts
        self._rules = rules
        self._tally = UNCOUNTED

    def counted_by(self, tally: Tally) -> Self:
        self._tally = tally
        return self

    @activity.defn
    async def apply_rules(self, key: AnalysisKey, instead_of_claude: str) -> Authorship:
        """Pure rules over stored evidence: repeating it gives the same answer.

        What Claude was paid before the rules stepped in stays on the bill.
        """
        case = await load_case(self._incidents, self._analyses, key)
        # All computation, up to half a second of it: in a thread, with a loop of its own.
        draft = await asyncio.to_thread(asyncio.run, self._rules.explain(case))
        transcript = await self._transcripts.get_transcript(key)
        authorship = with_costs(draft.authorship, transcript.turns).model_copy(
            update={"instead_of_claude": instead_of_claude}
        )
        await self._analyses.save_draft(
            key, Draft(explanation=draft.explanation, authorship=authorship)
        )
        return authorship

    @activity.defn
    async def check_claims(self, key: AnalysisKey) -> AnalysisResult:
        """Settles the stored draft against the stored evidence: the same answer every time.

        A model may have deciphered what no rule could read: what it wrote passes the gate as well.
        """
        draft = await self._analyses.get_draft(key)
        if draft is None:
            raise Broken(f"analysis {key.incident_id}-{key.number} has no draft to check")
        case = await load_case(self._incidents, self._analyses, key)
        conclusion = await asyncio.to_thread(_settled, case, draft)
        result = AnalysisResult(outcome=conclusion.outcome, analyst=conclusion.authorship.analyst)
        took = await self._analyses.finish_analysis(key, case.items, conclusion)
        if took is not None:
            self._tally.analysis_finished(result.outcome, result.analyst, took)
        return result


def _settled(case: Case, draft: Draft) -> Conclusion:
    return settle(case, clean(draft))
