"""Another analysis of an incident, because somebody asked for one."""

from temporalio import workflow
from temporalio.exceptions import ChildWorkflowError

from activities.incidents import IncidentActivities
from domain.analysis import AnalysisKey, AnalysisRequest
from workflows import ids, policies
from workflows.failures import reason
from workflows.root_cause_analysis import RootCauseAnalysis


@workflow.defn
class Reanalysis:
    """Apart from the incident's own run, which may be long over. One at a time per incident."""

    @workflow.run
    async def run(self, key: AnalysisKey) -> str:
        """Why the analysis failed, or ""."""
        try:
            await workflow.execute_child_workflow(
                RootCauseAnalysis.run,
                AnalysisRequest(key=key),
                id=ids.root_cause_analysis(key),
                static_summary=f"incident {key.incident_id}, analysis {key.number}",
            )
        except ChildWorkflowError as error:
            why = reason(error)
            await workflow.execute_activity_method(
                IncidentActivities.note_failed_analysis,
                args=[key, why],
                **policies.STORE("note that the analysis failed"),
            )
            return why
        return ""
