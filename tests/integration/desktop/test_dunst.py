"""What people see: Rayne's words through the real server and notify-send, drawn by dunst."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.notify_server import NotifyServer
from domain.alerts import AlertStatus
from domain.incidents import IncidentState, Occasion
from domain.notices import Notice
from domain.notification_text import BLUE, GREEN, ORANGE, notification
from tests.factories import an_incident
from tests.servers.desktop import MISSING, PACKAGES, Box, Colour, Desktop, Picture, desktop
from tests.servers.notify_server import notify_server

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"no {', '.join(MISSING)} on this machine: Debian has {PACKAGES}"
)


def rgb(colour: str) -> Colour:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


ALERT, EXPLAINED, RECOVERED = rgb(ORANGE), rgb(BLUE), rgb(GREEN)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Desktop]:
    with desktop(tmp_path) as running:
        yield running


@pytest.fixture
async def rayne(screen: Desktop, tmp_path: Path) -> AsyncIterator[NotifyServer]:
    """Its end of the wire."""
    with notify_server(tmp_path / "server", **screen.variables) as server:
        notifier = NotifyServer.connect(server.url, token=None)
        yield notifier
        await notifier.aclose()


async def tell(rayne: NotifyServer, occasion: Occasion, **incident: object) -> None:
    notice = Notice(incident_id=7, occasion=occasion, status=AlertStatus.ALERT)
    assert await rayne.notify(notification(notice, an_incident(**incident))) == "200 OK"


def frame(picture: Picture, colour: Colour) -> Box:
    """Of a notification: all around it in that one colour, three pixels wide, and dark inside."""
    box = picture.box_of(colour)
    assert box is not None
    edges = [
        *((x, y) for x in range(box.left, box.right + 1) for y in (box.top, box.bottom)),
        *((x, y) for x in (box.left, box.right) for y in range(box.top, box.bottom + 1)),
    ]
    middle = (box.top + box.bottom) // 2
    assert {picture.pixel(x, y) for x, y in edges} == {colour}
    assert picture.pixel(box.left + 2, middle) == colour
    assert picture.pixel(box.left + 3, middle) == (0x1A, 0x1A, 0x1A)
    return box


async def test_an_alert_has_an_orange_border_and_its_recovery_takes_its_place(
    screen: Desktop, rayne: NotifyServer, tmp_path: Path
) -> None:
    await tell(rayne, Occasion.OPENED)
    alerted = screen.look_until(there=ALERT)
    await tell(rayne, Occasion.RESOLVED, state=IncidentState.RESOLVED)
    recovered = screen.look_until(there=RECOVERED, gone=ALERT)

    alerted.save(tmp_path / "alert.png")
    recovered.save(tmp_path / "recovery.png")
    alert, recovery = frame(alerted, ALERT), frame(recovered, RECOVERED)
    assert "urgency: LOW" in screen.read_until("urgency: CRITICAL")
    assert (alert.left, alert.top, alert.right) == (recovery.left, recovery.top, recovery.right)


async def test_markup_and_escapes_are_drawn_as_they_were_written(
    screen: Desktop, rayne: NotifyServer
) -> None:
    hostile = r"<b>&</b> \074i\076 C:\new"
    await tell(rayne, Occasion.OPENED, title=f"--help {hostile}", service=hostile)

    said = screen.read_until("stack_tag")

    escaped = hostile.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"formatted: '<b>Alert: --help {escaped}</b>\nP2, {escaped}, prod\n" in said


async def test_an_explanation_leaves_its_alert_where_it_is(
    screen: Desktop, rayne: NotifyServer
) -> None:
    await tell(rayne, Occasion.OPENED)
    await tell(rayne, Occasion.ANALYSED)

    picture = screen.look_until(there=EXPLAINED)

    assert picture.box_of(ALERT)
