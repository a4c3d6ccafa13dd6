"""The interpreter's garbage collector, told what a process is about."""

import gc

_USUAL = gc.get_threshold()
# New objects between two rounds, instead of some hundred: most of them need no looking for.
_WHILE_LOADING, _WHILE_SERVING = 50_000, 20_000


def spare_loading() -> None:
    """For a process that begins: a sixth of its start is looking for garbage among its modules."""
    gc.set_threshold(_WHILE_LOADING, *_USUAL[1:])


def keep_what_is_there() -> None:
    """For a process that has started: what it has loaded by now lives as long as it does.

    Looking through all of it again and again costs 7% of a webhook's time (tests/bench), and in
    pauses.
    """
    gc.set_threshold(_WHILE_SERVING, *_USUAL[1:])
    gc.collect()
    gc.freeze()
