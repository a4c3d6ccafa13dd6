"""A root cause analysis as a later build might order it: it frames the case before it waits."""

from temporalio import workflow
from temporalio.common import VersioningBehavior

from domain.analysis import AnalysisRequest, AnalysisResult
from workflows.root_cause_analysis import RootCauseAnalysis


@workflow.defn(name="RootCauseAnalysis", versioning_behavior=VersioningBehavior.PINNED)
class NextRootCauseAnalysis(RootCauseAnalysis):
    """Without a patch, on purpose: runs of the build before cannot go on with it."""

    @workflow.init
    def __init__(self, request: AnalysisRequest) -> None:
        super().__init__(request)

    @workflow.run
    async def run(self, request: AnalysisRequest) -> AnalysisResult:
        await self._wait_for_the_first_wave(request.group_wait)
        frame = await self._frame()
        await self._await_turn()
        await self._prefetch(frame)
        await self._prepare()
        await self._find_similar(frame)
        await self._explain(frame)
        return await self._check_claims()
