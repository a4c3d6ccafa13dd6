"""The garbage collector while a process loads, and once it serves."""

import gc

from adapters.garbage import keep_what_is_there, spare_loading


def test_it_looks_seldom_and_not_at_what_was_loaded() -> None:
    usual = gc.get_threshold()
    try:
        spare_loading()
        loading = gc.get_threshold()
        keep_what_is_there()
        serving = gc.get_threshold()
        frozen = gc.get_freeze_count()
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)

    assert loading[0] > serving[0] > 10 * usual[0]
    assert frozen > 1_000
