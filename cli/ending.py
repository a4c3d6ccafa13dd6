"""How a command runs and how the process ends: one sentence, one exit code, no traceback."""

import asyncio
import os
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import NoReturn, TypeVar

from rich.console import Console
from rich.markup import escape

from cli.services import first_cause
from domain.errors import RayneError

Result = TypeVar("Result")

FAILED = 1
INTERRUPTED = 130
CRASHED = 70  # a bug of ours

_errors = Console(stderr=True, soft_wrap=True)


def run(work: Coroutine[None, None, Result]) -> Result:
    """Runs to its end. The loop is not closed: that waits for threads, and the process ends now."""
    return asyncio.new_event_loop().run_until_complete(work)


def end_with(command: Callable[[], None]) -> NoReturn:
    """Runs the command, then ends the process with its exit code.

    By `os._exit`, because the Temporal SDK can crash the interpreter on its way out.
    """
    code = exit_code(command)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def exit_code(command: Callable[[], None]) -> int:
    """Says in a sentence what went wrong, if anything, and how the process should end."""
    try:
        command()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- the edge: nothing above us could tell it
        return _told(first_cause(error))
    return 0


def _told(error: BaseException) -> int:
    if isinstance(error, RayneError):
        _errors.print(f"[bold red]Rayne could not go on:[/] {escape(str(error))}")
        return FAILED
    traceback.print_exception(error)
    return CRASHED
