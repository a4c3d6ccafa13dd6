"""Draws docs/images, notifications as dunst shows them: python -m scripts.make_screenshots.

Needs what tests/integration/desktop needs.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from adapters.notify_server import NotifyServer
from domain.incidents import Incident, IncidentState, Occasion
from domain.notebook import NotebookReference
from domain.notices import Notice, Notification
from domain.notification_text import GREEN, ORANGE, notification
from tests.factories import NOON, an_episode, an_incident
from tests.servers.desktop import Desktop, desktop
from tests.servers.notify_server import notify_server

IMAGES = Path(__file__).parents[1] / "docs" / "images"
TITLE = "Checkout error rate is high"
NOTEBOOK = NotebookReference(id=1, url="https://app.datadoghq.com/notebook/13768151")


def main() -> None:
    alert = an_incident(id=1, title=TITLE, priority="P1")
    over = an_incident(
        id=1,
        title=TITLE,
        state=IncidentState.RESOLVED,
        episodes=(an_episode(recovered_at=NOON + timedelta(minutes=12)),),
        notebook=NOTEBOOK,
    )
    with tempfile.TemporaryDirectory() as name, desktop(Path(name)) as screen:
        draw(screen, words(Occasion.OPENED, alert), ORANGE, "notification-alert.png")
        draw(screen, words(Occasion.RESOLVED, over), GREEN, "notification-recovery.png")


def words(occasion: Occasion, incident: Incident) -> Notification:
    return notification(Notice(incident_id=incident.id, occasion=occasion), incident)


def draw(screen: Desktop, shown: Notification, colour: str, file: str) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        notify_server(Path(folder), **screen.variables) as server,
    ):
        asyncio.run(tell(server.url, shown))
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    screen.look_until(there=(red, green, blue)).save(IMAGES / file)


async def tell(url: str, shown: Notification) -> None:
    notifier = NotifyServer.connect(url, token=None)
    await notifier.notify(shown)
    await notifier.aclose()


if __name__ == "__main__":
    main()
