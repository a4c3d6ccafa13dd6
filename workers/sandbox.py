"""Which modules workflow code may share with the host process.

All of them are pure or only define classes: without this list every started workflow would import
them anew, at 256 ms and 15 MB a piece for the heavy ones. Of our own workflows it names what holds
no order of steps: the sandbox keeps watching the rest.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

SHARED = (
    "activities",
    "domain",
    "pydantic",
    "workflows.failures",
    "workflows.ids",
    "workflows.policies",
    "workflows.search_attributes",
)

RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(*SHARED)
)
