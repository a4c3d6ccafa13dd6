"""The stand-in Datadog as a process of its own: `python -m tests.chaos.datadog PORT`."""

import asyncio
import sys

from adapters import clock, uvicorn
from dd_lib.sandbox.app import SCENARIOS, create_sandbox

HOST = "127.0.0.1"


def main() -> None:
    """Until it is killed."""
    port = int(sys.argv[1])
    app = create_sandbox(scenarios=SCENARIOS, clock=clock.now, app_url=f"http://{HOST}:{port}")
    asyncio.run(uvicorn.serve(app, host=HOST, port=port, stop=asyncio.Event()))


if __name__ == "__main__":
    main()
