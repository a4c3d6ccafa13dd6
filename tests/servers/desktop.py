"""A desktop without a screen: a real X server, a bus of its own, and dunst. It can be looked at."""

import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import IO

PROGRAMS = ("Xvfb", "dbus-daemon", "dbus-send", "dunst", "notify-send")
MISSING = tuple(program for program in PROGRAMS if shutil.which(program) is None)
PACKAGES = "xvfb, dbus, dunst and libnotify-bin"  # of Debian
RULE = Path(__file__).parents[2] / "scripts" / "dunst-rule.conf"

_SIZE = "480x200x24"
_WITHIN = 20  # seconds
# Nothing is started by the bus itself: a dunst of somebody else's settings would be.
_BUS = """<busconfig>
<type>session</type><listen>unix:dir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy>
</busconfig>"""
_DUNST = """[global]
    width = 440
    offset = 10x10
    frame_width = 3
    font = Monospace 10
    icon_position = off
"""
_OWNED = (
    *("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"),
    *("org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Notifications"),
)

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Box:
    """From the first row and column to the last, both included."""

    left: int
    top: int
    right: int
    bottom: int


class Picture:
    def __init__(self, width: int, rows: list[bytes]) -> None:
        self.width, self.rows = width, rows  # each pixel three bytes: red, green, blue

    def pixel(self, x: int, y: int) -> Colour:
        red, green, blue = self.rows[y][3 * x : 3 * x + 3]
        return red, green, blue

    def box_of(self, colour: Colour) -> Box | None:
        """The smallest that holds every pixel of exactly that colour."""
        found = [
            (x, y)
            for y, row in enumerate(self.rows)
            if bytes(colour) in row
            for x in range(self.width)
            if self.pixel(x, y) == colour
        ]
        if not found:
            return None
        columns, lines = [x for x, _ in found], [y for _, y in found]
        return Box(min(columns), min(lines), max(columns), max(lines))

    def shows(self, there: Colour, gone: Colour | None) -> bool:
        return bool(self.box_of(there)) and not (gone and self.box_of(gone))

    def save(self, file: Path) -> None:
        """As PNG."""
        header = struct.pack(">IIBBBBB", self.width, len(self.rows), 8, 2, 0, 0, 0)
        pixels = zlib.compress(b"".join(b"\0" + row for row in self.rows), 9)
        chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


@dataclass(frozen=True)
class Desktop:
    folder: Path
    variables: dict[str, str]  # by which programs find it

    def look(self) -> Picture:
        """Xvfb keeps its screen in a file, in the form of the X window dump."""
        dump = (self.folder / "Xvfb_screen0").read_bytes()
        words = struct.unpack(">25I", dump[:100])
        header, width, height, per_line, colours = (words[i] for i in (0, 4, 5, 12, 19))
        start = header + 12 * colours
        lines = (dump[start + per_line * y :][: 4 * width] for y in range(height))
        return Picture(width, [_as_rgb(line) for line in lines])

    def look_until(self, *, there: Colour, gone: Colour | None = None) -> Picture:
        """Once the one colour is seen, the other is not, and dunst has finished drawing."""
        before, picture = self.look(), self.look()
        deadline = monotonic() + _WITHIN
        while before.rows != picture.rows or not picture.shows(there, gone):
            assert monotonic() < deadline, f"{there} is not there, or {gone} is"
            Event().wait(0.05)
            before, picture = picture, self.look()
        return picture

    def read_until(self, text: str) -> str:
        """What dunst says of the notifications that it draws, once `text` is part of it."""
        deadline = monotonic() + _WITHIN
        while text not in (said := (self.folder / "dunst.txt").read_text()):
            assert monotonic() < deadline, said
            Event().wait(0.05)
        return said


def _as_rgb(line: bytes) -> bytes:
    """Of pixels that are blue, green, red and nothing."""
    pixels = bytearray(len(line) // 4 * 3)
    pixels[0::3], pixels[1::3], pixels[2::3] = line[2::4], line[1::4], line[0::4]
    return bytes(pixels)


@contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    """Ready to be sent notifications; dunst has the rule that we recommend."""
    with ExitStack() as stack:
        bus = folder / "bus.conf"
        bus.write_text(_BUS.format(folder=folder))
        settings = folder / "dunstrc"
        settings.write_text(_DUNST + RULE.read_text())
        environ = {"PATH": os.defpath, "HOME": str(folder)}
        environ["DISPLAY"] = stack.enter_context(_screen(folder, environ))
        command = ["dbus-daemon", f"--config-file={bus}", "--nofork", "--print-address=1"]
        environ["DBUS_SESSION_BUS_ADDRESS"] = stack.enter_context(_first_line(command, environ))
        said = stack.enter_context((folder / "dunst.txt").open("wb"))
        command = ["dunst", "-print", "-conf", str(settings)]
        stack.enter_context(_running(command, environ, stdout=said))
        _wait_for_dunst(environ)
        yield Desktop(folder, environ)


@contextmanager
def _screen(folder: Path, environ: dict[str, str]) -> Iterator[str]:
    reading, writing = os.pipe()
    options = ["-screen", "0", _SIZE, "-fbdir", str(folder), "-nolisten", "tcp", "-noreset"]
    command = ["Xvfb", "-displayfd", str(writing), *options]
    with _running(command, environ, pass_fds=(writing,)):
        os.close(writing)
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"


@contextmanager
def _first_line(command: list[str], environ: dict[str, str]) -> Iterator[str]:
    with _running(command, environ) as process:
        assert process.stdout
        yield process.stdout.readline().decode().strip()


@contextmanager
def _running(
    command: list[str],
    environ: dict[str, str],
    pass_fds: tuple[int, ...] = (),
    stdout: int | IO[bytes] = subprocess.PIPE,
) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command,
        env=environ,
        pass_fds=pass_fds,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _wait_for_dunst(environ: dict[str, str]) -> None:
    deadline = monotonic() + _WITHIN
    while True:
        asked = subprocess.run(_OWNED, env=environ, capture_output=True, check=False, timeout=5)
        if b"boolean true" in asked.stdout:
            return
        assert monotonic() < deadline, "dunst has not come"
        Event().wait(0.05)
