"""Which code a worker runs, as Temporal is told."""

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import WorkerDeploymentConfig

from adapters.deployment import NAME


def versioned(build_id: str) -> WorkerDeploymentConfig:
    """Each workflow says in its definition whether its runs stay with a build or move on."""
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(deployment_name=NAME, build_id=build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )
