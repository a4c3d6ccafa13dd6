"""The traffic generator as a program: started once, stopped at once, and honest about answers."""

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from tests.servers.canned import CannedServer, Reply, Request

SCRIPT = Path(__file__).parents[2] / "scripts" / "traffic-generator.sh"


class Generator:
    """The script with files of its own, and what it is asked to do."""

    def __init__(self, folder: Path, url: str) -> None:
        self.pid_file, self.log_file = folder / "traffic.pid", folder / "traffic.log"
        self.url = url

    def __call__(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        files = {"TRAFFIC_PID_FILE": str(self.pid_file), "TRAFFIC_LOG_FILE": str(self.log_file)}
        return subprocess.run(
            [str(SCRIPT), *words],
            env={"PATH": os.defpath, "TRAFFIC_PACE": "0"} | files | variables,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    def start(self, **variables: str) -> subprocess.CompletedProcess[str]:
        return self("start", self.url, **variables)

    @property
    def pid(self) -> int:
        return int(self.pid_file.read_text())

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def logged(self, text: str) -> bool:
        """Whether it comes to that."""
        deadline = monotonic() + 10
        while text not in self.log and monotonic() < deadline:
            Event().wait(0.02)
        return text in self.log


def healthy(request: Request) -> Reply:
    """As Rayne would answer, and without errors on request."""
    if request.path == "/health" and request.method == "DELETE":
        return Reply(405)
    return Reply(200)


@pytest.fixture
def rayne() -> Iterator[CannedServer]:
    with CannedServer(healthy) as server:
        yield server


@pytest.fixture
def generator(tmp_path: Path, rayne: CannedServer) -> Iterator[Generator]:
    built = Generator(tmp_path, rayne.url)
    yield built
    built("stop")


@pytest.fixture
def bystander() -> Iterator[int]:
    """The PID of a program that has nothing to do with it."""
    process = subprocess.Popen(["/bin/sleep", "60"])
    yield process.pid
    assert process.poll() is None, "it was ended by the generator"
    process.kill()
    process.wait()


def test_it_runs_until_it_is_stopped(generator: Generator) -> None:
    started = generator.start()
    running = generator("status")
    stopped = generator("stop")
    after = generator("status")

    assert (started.returncode, running.returncode) == (0, 0)
    assert f"running (PID {started.stdout.split('PID ')[1].split(')')[0]})" in running.stdout
    assert (stopped.returncode, after.returncode) == (0, 3)
    assert not generator.pid_file.exists()


def test_not_running_is_no_failure_of_stop_but_of_status(generator: Generator) -> None:
    stopped, asked = generator("stop"), generator("status")

    assert (stopped.returncode, asked.returncode) == (0, 3)
    assert "not running" in stopped.stdout


def test_a_second_start_is_refused_and_the_first_goes_on(generator: Generator) -> None:
    generator.start()
    first = generator.pid

    again = generator.start()

    assert again.returncode == 1
    assert f"runs already (PID {first})" in again.stderr
    assert generator.pid == first


def test_of_starts_at_once_one_succeeds(generator: Generator) -> None:
    with ThreadPoolExecutor(4) as callers:
        codes = [done.returncode for done in callers.map(lambda _: generator.start(), range(4))]

    assert sorted(codes) == [0, 1, 1, 1]


def test_a_pid_file_of_a_dead_one_is_told_of_and_replaced(generator: Generator) -> None:
    generator.start()
    os.kill(generator.pid, signal.SIGKILL)
    asked = generator("status")

    started = generator.start()

    assert asked.returncode == 1
    assert "a dead one left" in started.stdout
    assert generator("status").returncode == 0


@pytest.mark.parametrize("what", ["bystander", "garbage", ""])
def test_a_pid_file_that_is_not_ours_ends_nobody(
    generator: Generator, bystander: int, what: str
) -> None:
    generator.pid_file.write_text(str(bystander) if what == "bystander" else what)

    assert generator("status").returncode == 1
    assert "not running" in generator("stop").stdout


def test_an_answer_that_is_not_expected_is_counted_and_told(
    generator: Generator, rayne: CannedServer
) -> None:
    rayne.answer = lambda request: Reply(500 if request.path == "/v1/hosts" else 200)

    generator.start(FAILURE_RATE="0")

    assert generator.logged("GET /v1/hosts 500, UNEXPECTED: it should be 200|501")
    assert generator.logged("0 failures on purpose, 1 unexpected")


def test_a_failure_on_purpose_that_does_not_fail_is_no_failure_on_purpose(
    generator: Generator,
) -> None:
    generator.start(FAILURE_RATE="100")

    assert generator.logged("UNEXPECTED: it should be 4")


def test_without_errors_on_request_it_asks_for_none(
    generator: Generator, rayne: CannedServer
) -> None:
    generator.start(FAILURE_RATE="100")

    assert generator.logged("5xx are left out")
    assert generator.logged("cycle 2:")
    asked = [request.path for request in rayne.requests if "/v1/demo/error" in request.path]
    assert asked == ["/v1/demo/error?type=unavailable"]


def test_without_a_rate_nothing_fails_on_purpose(generator: Generator, rayne: CannedServer) -> None:
    generator.start(FAILURE_RATE="0")

    assert generator.logged("cycle 2:")
    generator("stop")
    assert {request.method for request in rayne.requests} == {"GET", "POST"}
    assert "UNEXPECTED" not in generator.log


def test_it_ends_by_itself_when_its_time_is_up(generator: Generator) -> None:
    generator.start(TRAFFIC_SECONDS="1")
    deadline = monotonic() + 10
    while generator.pid_file.exists() and monotonic() < deadline:
        Event().wait(0.02)

    assert generator("status").returncode == 3


def test_it_stops_at_once_in_the_middle_of_a_request(
    generator: Generator, rayne: CannedServer
) -> None:
    rayne.answer = lambda request: Reply(never=request.path != "/health")
    generator.start()
    began = monotonic()

    stopped = generator("stop")

    assert stopped.returncode == 0
    assert monotonic() - began < 5  # a request may take 30


def test_the_token_is_sent_and_shown_to_nobody(generator: Generator, rayne: CannedServer) -> None:
    token = 'quoted"and\\escaped'

    generator.start(RAYNE_API_TOKEN=token)

    assert generator.logged("cycle 1:")
    assert rayne.requests[-1].headers["authorization"] == f"Bearer {token}"
    assert token not in generator.log


@pytest.mark.parametrize("rate", ["101", "-1", "x", "1.5", "99999999"])
def test_a_bad_rate_is_named(generator: Generator, rate: str) -> None:
    refused = generator.start(FAILURE_RATE=rate)

    assert refused.returncode == 1
    assert f"FAILURE_RATE must be a whole number from 0 to 100, not '{rate}'" in refused.stderr


def test_a_number_with_a_nought_in_front_is_a_number(generator: Generator) -> None:
    assert generator.start(FAILURE_RATE="08").returncode == 0


def test_it_does_not_start_against_nobody(generator: Generator, rayne: CannedServer) -> None:
    rayne.answer = lambda _: Reply(503)

    refused = generator.start(TRAFFIC_WAIT="0")

    assert refused.returncode == 1
    assert "/health does not answer" in refused.stderr
    assert not generator.pid_file.exists()


def test_a_link_is_not_written_through(generator: Generator, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    generator.log_file.symlink_to(tmp_path / "precious")

    assert "is not a file of yours" in generator.start().stderr
    assert (tmp_path / "precious").read_text() == "kept"


@pytest.mark.parametrize(("word", "code"), [("help", 0), ("", 2), ("restart", 2)])
def test_it_says_how_it_is_used(generator: Generator, word: str, code: int) -> None:
    done = generator(word)

    assert done.returncode == code
    assert "FAILURE_RATE" in done.stdout + done.stderr
