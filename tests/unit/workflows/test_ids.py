"""An id says whose run it is."""

import pytest

from domain.analysis import AnalysisKey
from workflows import ids

KEY = AnalysisKey(incident_id=42, number=3)


@pytest.mark.parametrize(
    "workflow_id",
    [ids.incident(42), ids.root_cause_analysis(KEY), ids.reanalysis(42), ids.learning(42)],
)
def test_runs_of_an_incident_are_known_by_their_ids(workflow_id: str) -> None:
    assert ids.incident_of(workflow_id) == 42


@pytest.mark.parametrize(
    "workflow_id",
    [ids.auto_downtime("rayne-1-2"), ids.REBUILD_MEMORY, ids.RETENTION, "incident-x", "rca-", ""],
)
def test_others_are_of_no_incident(workflow_id: str) -> None:
    assert ids.incident_of(workflow_id) is None
