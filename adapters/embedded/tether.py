"""Becomes a command that dies with us: `python tether.py SIGNAL PARENT OWNER COMMAND...`.

Linux sends SIGNAL to the command when PARENT ends, even by kill -9. Elsewhere it just runs, and
`rayne up` ends it at the next start. A program of its own, because a process with threads must
not run Python between fork and exec. The command gets none of our variables: some are secrets,
others would change its settings.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    death_signal, parent, owner, *command = sys.argv[1:]
    if int(owner) != os.geteuid():
        os.setgroups([])
        os.setgid(int(owner))
        os.setuid(int(owner))
    if sys.platform == "linux":  # after setuid, which would undo it
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != int(parent):  # it ended before we asked to be told
            os.kill(os.getpid(), signal.SIGKILL)
    environ = {"PATH": os.defpath, "HOME": "/nonexistent", "LC_ALL": "C", "TZ": "UTC"}
    os.execve(command[0], command, environ)  # noqa: S606 -- becoming the command is the purpose


if __name__ == "__main__":
    main()
