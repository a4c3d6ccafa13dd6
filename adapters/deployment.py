"""The builds of our workers that Temporal knows, and which of them new runs go to."""

import asyncio
from datetime import datetime, timedelta

import structlog
from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.client import Client

from adapters.temporal import bounded, pause
from domain.errors import NotFound, RayneError
from domain.values import Value

NAME = "rayne"
PATIENCE = timedelta(seconds=15)  # a promotion is synchronised with every queue's partitions
_STATUS_PREFIX = "WORKER_DEPLOYMENT_VERSION_STATUS_"

log = structlog.get_logger()


class Build(Value):
    """`status` is Temporal's: inactive, current, ramping, draining (runs are pinned), drained."""

    build_id: str
    status: str
    percent: float = 0  # of new runs, while it is ramping
    created_at: datetime


class Deployment:
    """Raises what `bounded` raises."""

    def __init__(self, temporal: Client) -> None:
        self._temporal = temporal

    async def builds(self) -> tuple[Build, ...]:
        """The newest first; empty where no worker with a build id ever came."""
        info = await self._describe()
        if info is None:
            return ()
        found = [
            Build(
                build_id=one.deployment_version.build_id,
                status=_status(one.status),
                percent=_percent(info, one.deployment_version.build_id),
                created_at=one.create_time.ToDatetime(),
            )
            for one in info.version_summaries
        ]
        return tuple(sorted(found, key=lambda build: build.created_at, reverse=True))

    async def promote(self, build_id: str, *, percent: float = 100) -> None:
        """New runs, and those that are not pinned, go there; below 100, that share of them.

        Idempotent. Raises Conflict where workers of that build do not poll every queue yet.
        """
        if percent < 100:
            await self._ramp(build_id, percent)
            return
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=self._temporal.namespace, deployment_name=NAME, build_id=build_id
        )
        async with bounded(PATIENCE, f"promote build {build_id!r}"):
            await self._temporal.workflow_service.set_worker_deployment_current_version(request)

    async def promote_first(self, build_id: str, *, stop: asyncio.Event) -> None:
        """Where there is no current build yet, this becomes it: else nothing would ever start."""
        while not stop.is_set():
            try:
                if not await self._has_current():
                    await self.promote(build_id)
                    log.info("deployment.first_build", build=build_id)
            except RayneError as error:
                log.info("deployment.waiting", reason=str(error))  # its queues are not known yet
                await pause(stop)
                continue
            return

    async def _has_current(self) -> bool:
        info = await self._describe()
        if info is None:
            raise NotFound("Temporal does not know the deployment yet")
        return bool(info.routing_config.current_deployment_version.build_id)

    async def _ramp(self, build_id: str, percent: float) -> None:
        request = SetWorkerDeploymentRampingVersionRequest(
            namespace=self._temporal.namespace,
            deployment_name=NAME,
            build_id=build_id,
            percentage=percent,
        )
        async with bounded(PATIENCE, f"ramp build {build_id!r}"):
            await self._temporal.workflow_service.set_worker_deployment_ramping_version(request)

    async def _describe(self) -> WorkerDeploymentInfo | None:
        request = DescribeWorkerDeploymentRequest(
            namespace=self._temporal.namespace, deployment_name=NAME
        )
        try:
            async with bounded(PATIENCE, "describe the deployment"):
                told = await self._temporal.workflow_service.describe_worker_deployment(request)
        except NotFound:
            return None
        return told.worker_deployment_info


def _status(status: WorkerDeploymentVersionStatus.ValueType) -> str:
    name = WorkerDeploymentVersionStatus.Name(status)
    return name.removeprefix(_STATUS_PREFIX).lower()


def _percent(info: WorkerDeploymentInfo, build_id: str) -> float:
    routing = info.routing_config
    if routing.current_deployment_version.build_id == build_id:
        return 100 - routing.ramping_version_percentage
    if routing.ramping_deployment_version.build_id == build_id:
        return routing.ramping_version_percentage
    return 0
