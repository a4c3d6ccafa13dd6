#!/usr/bin/env python3
"""Save a finished run's history for tests/replay/histories.

usage: capture_history.py WORKFLOW_ID CASE [--address 127.0.0.1:7233] [--into FOLDER]

The file is named after the workflow's type and CASE, in words: RootCauseAnalysis-no-memory.json.
Look at it before it is committed: a history of a real system holds that system's alerts.
"""

import argparse
import asyncio
import json
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter


async def capture(workflow_id: str, case: str, address: str, folder: Path) -> Path:
    client = await Client.connect(address, data_converter=pydantic_data_converter)
    handle = client.get_workflow_handle(workflow_id)
    description = await handle.describe()
    history = await handle.fetch_history()
    path = folder / f"{description.workflow_type}-{case}.json"
    path.write_text(json.dumps(json.loads(history.to_json()), indent=1) + "\n")
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description="Save a run's history for the replay tests.")
    parser.add_argument("workflow_id")
    parser.add_argument("case")
    parser.add_argument("--address", default="127.0.0.1:7233")
    parser.add_argument("--into", type=Path, default=Path("tests/replay/histories"))
    given = parser.parse_args()
    print(asyncio.run(capture(given.workflow_id, given.case, given.address, given.into)))


if __name__ == "__main__":
    main()
