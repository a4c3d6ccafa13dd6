"""How far a run has come: what a workflow answers when asked."""

from enum import StrEnum

from domain.values import Value


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEGRADED = "degraded"  # went on without it; `note` says why


class StepProgress(Value):
    name: str
    state: StepState
    note: str = ""


class Progress(Value):
    """Steps in the order in which they start."""

    steps: tuple[StepProgress, ...]

    def with_step(self, name: str, state: StepState, note: str = "") -> "Progress":
        """The same steps with one of them moved on."""
        return Progress(
            steps=tuple(
                StepProgress(name=name, state=state, note=note) if step.name == name else step
                for step in self.steps
            )
        )

    @classmethod
    def planned(cls, names: tuple[str, ...]) -> "Progress":
        return cls(steps=tuple(StepProgress(name=n, state=StepState.WAITING) for n in names))
