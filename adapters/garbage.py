"""The interpreter's garbage collector, told what a server is."""

import gc


def keep_what_is_there() -> None:
    """For a process that has started: what it has loaded by now lives as long as it does.

    Looking through all of it again and again costs 7% of a webhook's time (tests/bench), and in
    pauses.
    """
    gc.collect()
    gc.freeze()
