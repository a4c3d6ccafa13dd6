"""Explain a case, then keep only what its evidence bears out."""

import asyncio

from temporalio import activity

from activities.cases import load_case
from domain.analysis import AnalysisKey, AnalysisResult, AnalystKind, Authorship, Draft
from domain.errors import Broken, Misconfigured
from domain.ports import Analyses, Analyst, Incidents
from domain.verdict import settle


class AnalysisActivities:
    """`claude` is None where no key is set; the rules analyst is always there."""

    def __init__(
        self,
        incidents: Incidents,
        analyses: Analyses,
        *,
        claude: Analyst | None,
        rules: Analyst,
    ) -> None:
        self._incidents = incidents
        self._analyses = analyses
        self._claude = claude
        self._rules = rules

    @activity.defn
    async def ask_claude(self, key: AnalysisKey) -> Authorship:
        """Repeating it pays nothing once an answer is stored; only a call in flight is lost."""
        if self._claude is None:
            raise Misconfigured("this worker has neither ANTHROPIC_API_KEY nor an OAuth token")
        stored = await self._analyses.get_draft(key)
        if stored and stored.authorship.analyst is AnalystKind.CLAUDE:
            return stored.authorship
        case = await load_case(self._incidents, self._analyses, key)
        draft = await self._claude.explain(case)
        await self._analyses.save_draft(key, draft)
        return draft.authorship

    @activity.defn
    async def apply_rules(self, key: AnalysisKey, instead_of_claude: str) -> Authorship:
        """Pure rules over stored evidence: repeating it gives the same answer."""
        case = await load_case(self._incidents, self._analyses, key)
        # All computation, up to half a second of it: in a thread, with a loop of its own.
        draft = await asyncio.to_thread(asyncio.run, self._rules.explain(case))
        authorship = draft.authorship.model_copy(update={"instead_of_claude": instead_of_claude})
        await self._analyses.save_draft(
            key, Draft(explanation=draft.explanation, authorship=authorship)
        )
        return authorship

    @activity.defn
    async def check_claims(self, key: AnalysisKey) -> AnalysisResult:
        """Settles the stored draft against the stored evidence: the same answer every time."""
        draft = await self._analyses.get_draft(key)
        if draft is None:
            raise Broken(f"analysis {key.incident_id}-{key.number} has no draft to check")
        case = await load_case(self._incidents, self._analyses, key)
        conclusion = await asyncio.to_thread(settle, case, draft)
        await self._analyses.finish_analysis(key, case.items, conclusion)
        return AnalysisResult(outcome=conclusion.outcome, analyst=conclusion.authorship.analyst)
