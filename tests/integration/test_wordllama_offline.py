"""The embedded model needs nothing but its wheel: no network, and nothing in the user's home."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, sys
from pathlib import Path

forbidden = sys.argv[1]

def refuse(event, details):
    if event.startswith("socket.") and event.split(".")[1] in {"connect", "getaddrinfo"}:
        raise RuntimeError(f"asked the network: {event} {details}")
    if event in {"open", "os.mkdir"} and str(details[0]).startswith(forbidden):
        raise RuntimeError(f"touched the home: {event} {details}")

sys.addaudithook(refuse)
from adapters.wordllama import WordLlamaEmbedder

async def embed():
    embedder = await WordLlamaEmbedder.load()
    print(len((await embedder.embed("disk full")).vector))

asyncio.run(embed())
"""


def test_loading_and_embedding_touch_neither_network_nor_home(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    environment = {"HOME": str(tmp_path), "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}

    child = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (child.stdout.strip(), child.stderr) == ("256", "")
