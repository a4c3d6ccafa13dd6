"""Whom this Datadog tells of a monitor's change: the webhooks that its message mentions."""

from dd_lib.sandbox.world import World


class Notifier:
    """Tells webhooks of what the world's monitors do."""

    def __init__(self, world: World) -> None:
        self._world = world
