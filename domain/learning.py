"""How far a rebuild of memory has come."""

from domain.values import Value


class Relearned(Value):
    """Every finished incident up to `last_id` is in memory again."""

    last_id: int = 0
    remembered: int = 0
    is_done: bool = False
