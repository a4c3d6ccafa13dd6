"""Runs that stay with the build that began them, where workers have one.

A class of its own, because the server refuses the behaviour from workers without a build.
"""

from temporalio import workflow
from temporalio.common import VersioningBehavior

from domain.analysis import AnalysisRequest, AnalysisResult
from workflows.root_cause_analysis import RootCauseAnalysis


@workflow.defn(name="RootCauseAnalysis", versioning_behavior=VersioningBehavior.PINNED)
class PinnedRootCauseAnalysis(RootCauseAnalysis):
    """An analysis takes minutes, so its order may change from build to build without a patch."""

    @workflow.init
    def __init__(self, request: AnalysisRequest) -> None:
        super().__init__(request)

    @workflow.run
    async def run(self, request: AnalysisRequest) -> AnalysisResult:
        return await super().run(request)
