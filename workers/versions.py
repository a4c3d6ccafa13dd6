"""Which code a worker runs, as Temporal is told."""

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from adapters.deployment import NAME
from workers.registry import WORKFLOWS
from workflows.pinned import PinnedRootCauseAnalysis
from workflows.root_cause_analysis import RootCauseAnalysis

# Analyses stay with their build; everything else lives long, and moves on by patches.
VERSIONED: tuple[type, ...] = tuple(
    PinnedRootCauseAnalysis if one is RootCauseAnalysis else one for one in WORKFLOWS
)


def versioned(build_id: str) -> WorkerDeploymentConfig:
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=NAME, build_id=build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )
