"""Which modules workflow code may share with the host process.

All of them are pure or only define classes: without this list every started workflow would import
them anew, at 256 ms and 15 MB a piece for the heavy ones.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

RUNNER = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(
        "activities", "domain", "pydantic"
    )
)
