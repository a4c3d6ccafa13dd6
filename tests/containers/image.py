"""The image, built without an engine: Buildah carries out the Dockerfile's own steps in a chroot.

Where the base image cannot be had, debootstrap makes a stand-in: the same release of Debian with
its Python of the same minor version.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.stack import ROOT

WORK = ROOT / ".cache" / "image-check"  # kept: only the first build is slow
DOCKERFILE = ROOT / "Dockerfile"
TAG = "rayne:check"
PROGRAMS = ("buildah", "chroot", "debootstrap", "nsenter", "unshare")
PACKAGES = "python3,python3-venv,ca-certificates"
CERTIFICATES = "/run/pip-certificates.pem"  # where pip finds them while it builds
PIP_OPTIONS = ("index-url", "extra-index-url", "trusted-host", "proxy")


def missing() -> str:
    """Why nothing can be built here, or ""."""
    if os.geteuid() != 0:
        return "it needs root"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"it needs {', '.join(absent)}: packages of Debian" if absent else ""


@dataclass(frozen=True)
class Image:
    """What the Dockerfile says of how to run it, and where its files are."""

    root: Path
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environ: Mapping[str, str]
    user: str
    directory: str
    probe: tuple[str, ...]


@contextmanager
def built() -> Iterator[Image]:
    """Mounted inside the block."""
    _ensure_base(_base_tag())
    _buildah("build", *_mirror(), *_QUIETLY, "--file", str(DOCKERFILE), "--tag", TAG, str(ROOT))
    container = _buildah("from", "--pull=never", TAG)
    try:
        yield _described(container, Path(_buildah("mount", container)))
    finally:
        _buildah("rm", container)


_QUIETLY = ("--format=docker", "--isolation=chroot", "--pull=never", "--layers")


def size(*folders: Path) -> int:
    """Megabytes."""
    told = subprocess.run(
        ["du", "--summarize", "--total", "--block-size=1M", "--", *folders],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(told.stdout.splitlines()[-1].split()[0])


def _base_tag() -> str:
    tags = set(re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.MULTILINE))
    assert len(tags) == 1, f"the stages do not share a base: {tags}"
    return str(tags.pop())


def _ensure_base(tag: str) -> None:
    if _known(tag):
        return
    found = re.fullmatch(r"python:(\d+\.\d+)\.\d+-slim-(\w+)", tag)
    assert found, f"{tag} cannot be had here, and what to make instead is unknown"
    python, suite = found.groups()
    folder = WORK / "base"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(folder)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    assert (folder / "usr" / "bin" / f"python{python}").exists(), f"{suite} has no Python {python}"
    container = _buildah("from", "scratch")
    _buildah("copy", "--quiet", container, str(folder), "/")
    _buildah("commit", "--quiet", container, tag)
    _buildah("rm", container)


def _known(tag: str) -> bool:
    return tag in json.dumps(json.loads(_buildah("images", "--json") or "[]"))


def _described(container: str, root: Path) -> Image:
    said: dict[str, Any] = json.loads(_buildah("inspect", container))["Docker"]["config"]
    probe = said["Healthcheck"]["Test"]
    assert probe[0] == "CMD", probe
    return Image(
        root=root,
        entrypoint=tuple(said["Entrypoint"]),
        command=tuple(said["Cmd"]),
        environ=dict(pair.split("=", 1) for pair in said["Env"]),
        user=said["User"],
        directory=said["WorkingDir"],
        probe=tuple(probe[1:]),
    )


def _mirror() -> list[str]:
    """What this machine's pip is told of where packages are, for the pip inside."""
    told = subprocess.run(["pip", "config", "list"], check=True, capture_output=True, text=True)
    found = dict(
        re.findall(r"^(?:global|user|:env:)\.?([\w-]+)='(.*)'$", told.stdout, re.MULTILINE)
    )
    lines = ["[global]", *(f"{name} = {found[name]}" for name in PIP_OPTIONS if name in found)]
    words = []
    if "cert" in found:
        lines.append(f"cert = {CERTIFICATES}")
        words += ["--volume", f"{found['cert']}:{CERTIFICATES}:ro"]
    config = WORK / "pip.conf"
    config.write_text("\n".join(lines))
    return [*words, "--secret", f"id=pip,src={config}"]


def _buildah(*words: str) -> str:
    """What it says. It has a store of its own: a stand-in must not be found by anybody else."""
    store = ("--root", str(WORK / "store"), "--runroot", str(WORK / "run"))
    done = subprocess.run(
        ["buildah", *store, *words], check=False, capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, f"buildah {words[0]}: {done.stderr[-4000:]}"
    return done.stdout.strip()


@dataclass(frozen=True)
class Container:
    """How one is run: `writable` are its volumes, empty and its user's; all else is read-only."""

    image: Image
    command: Sequence[str]
    environ: Mapping[str, str]
    writable: Sequence[str] = ()

    @property
    def words(self) -> list[str]:
        """As pid 1, without the right to become more than its user."""
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--"),
            *("/bin/sh", "-c", _MOUNTS, "sh", str(self.image.root)),
            *(self._uid, " ".join(self.writable)),
            *self._inside([*self.image.entrypoint, *self.command]),
        ]

    def probe_words(self, pid: int) -> list[str]:
        """Its HEALTHCHECK, inside the container whose first process that is."""
        return [
            *("nsenter", f"--target={pid}", "--mount", "--pid", "--"),
            *self._inside(self.image.probe),
        ]

    def _inside(self, command: Sequence[str]) -> list[str]:
        variables = dict(self.image.environ) | dict(self.environ)
        return [
            *("chroot", f"--userspec={self.image.user}", "--groups=", str(self.image.root)),
            *("setpriv", "--no-new-privs", "--inh-caps=-all", "--"),
            *("env", "--ignore-environment", f"--chdir={self.image.directory}"),
            *(f"{name}={value}" for name, value in variables.items()),
            *command,
        ]

    @property
    def _uid(self) -> str:
        uid, _, _ = self.image.user.partition(":")
        assert uid not in ("", "0", "root"), "the image runs as root"
        return uid


_MOUNTS = """
set -e
root=$1 uid=$2 writable=$3
shift 3
mount --bind "$root" "$root"
mount -o remount,ro,bind "$root"
for folder in $writable; do
    mount -t tmpfs -o "uid=$uid,gid=$uid,mode=0700,size=64m" tmpfs "$root$folder"
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec "$@"
"""
