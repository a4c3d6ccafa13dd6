"""Every part in the image: read-only, unprivileged, up to a notebook and to an orderly end."""

import asyncio
import subprocess
from pathlib import Path

import psutil

from tests.containers.image import Container, Image, built, missing, size
from tests.containers.stage import ComposeStage
from tests.e2e.folders import short_folder
from tests.e2e.parts import PATIENCE, Process
from tests.e2e.stack import until

PARTS = ("api-1", "worker-1", "agent-1")
SETTINGS = {"RAYNE_GROUP_WAIT": "0s"}
OF_THIS_MACHINE = ("PATH", "HOME", "RAYNE_STATE_DIR")  # the image has its own


class Running(Process):
    """A part as a container's first process."""

    def __init__(self, container: Container, log: Path) -> None:
        self._container = container
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                container.words, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def is_healthy(self) -> bool:
        """What the image's own probe says."""
        words = self._container.probe_words(self._first.pid)
        return subprocess.run(words, check=False, capture_output=True).returncode == 0

    async def stop(self) -> int:
        """As engines do: SIGTERM to the first process. Its exit code."""
        self._first.terminate()

        async def has_ended() -> bool:
            return self.code is not None

        await until(has_ended, PATIENCE)
        return self._process.returncode

    def kill(self) -> None:
        """With its namespace's first process all others go; it does not go with its parent."""
        if self.code is None:
            self._first.kill()
        super().kill()

    @property
    def peak(self) -> int:
        """Megabytes of memory, at most."""
        status = Path(f"/proc/{self._first.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) // 1024

    @property
    def _first(self) -> psutil.Process:
        """Pid 1 of the container: the only child of what made its namespaces."""
        (first,) = psutil.Process(self._process.pid).children()
        return first


class ImageStage(ComposeStage):
    """Every part runs in the image, with the settings and volumes of the Compose file."""

    def __init__(self, image: Image, folder: Path) -> None:
        super().__init__(folder, PARTS, **SETTINGS)
        self._image = image
        self.containers: dict[str, Running] = {}

    def start(self, name: str, **variables: str) -> Process:
        own = {k: v for k, v in variables.items() if k not in OF_THIS_MACHINE}
        running = Running(
            Container(self._image, [name], own, self.compose.writable(name)), self._log
        )
        self.processes.append(running)
        self.containers[name] = running
        return running


def trial() -> str:
    """A report; what fails raises."""
    if reason := missing():
        return f"image-check is skipped: {reason}"
    with built() as image, short_folder() as folder:
        told = asyncio.run(_run(image, folder / "state"))
        added = size(image.root / "opt", image.root / "var" / "cache" / "rayne")
    return f"the image adds {added} MB to its base\n{told}"


async def _run(image: Image, folder: Path) -> str:
    stage = ImageStage(image, folder)
    with stage.state.opened():
        try:
            await stage.begin()
            parts = [part.partition("-")[0] for part in PARTS]
            for part in [*parts, "sandbox"]:
                await until(lambda part=part: _is_healthy(stage, part), PATIENCE)  # type: ignore[misc]
            answer = await stage.deliver(await stage.fire(), wait=60)
            notebook = answer.raise_for_status().json()["notebook"]
            peaks = {part: stage.containers[part].peak for part in parts}
            codes = {part: await stage.containers[part].stop() for part in [*parts, "sandbox"]}
        except BaseException:
            print(stage.output[-8000:])
            raise
        finally:
            await stage.end()
    assert notebook, answer.text
    assert set(codes.values()) == {0}, codes
    memory = ", ".join(f"{part} {peak} MB" for part, peak in peaks.items())
    return f"healthy, up to {notebook['url']}, and ended in order; at most {memory}"


async def _is_healthy(stage: ImageStage, part: str) -> bool:
    return stage.containers[part].is_healthy()
