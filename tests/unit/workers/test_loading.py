"""What a worker loads before it knows what it needs."""

import subprocess
import sys

import pytest

SLOW = ("anthropic", "opentelemetry.exporter.otlp")  # most of a second, and 40 MB; 80 modules


@pytest.mark.parametrize("library", SLOW)
def test_a_library_that_few_need_is_not_loaded_with_the_worker(library: str) -> None:
    look = f"import sys, workers.serve; print({library!r} in sys.modules)"

    seen = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)

    assert seen.stdout.strip() == "False"
