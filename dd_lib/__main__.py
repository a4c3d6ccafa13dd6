"""`python -m dd_lib TOOL '{"name": "value"}'` prints JSON; without a tool it lists them."""

import os
import sys

from dd_lib.tools.command import run

if __name__ == "__main__":
    # A process's entry: the one place of the package that reads the environment.
    answer = run(sys.argv[1:], os.environ)  # noqa: TID251
    sys.stdout.write(answer.printed)
    sys.stderr.write(answer.complaint)
    sys.exit(answer.code)
