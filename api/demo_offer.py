"""Whether demo data may be sown here, and whether any of it is looked at for real."""

from urllib.parse import urlsplit

from adapters.postgres.database import Database
from adapters.postgres.demo import PostgresDemoSeeds
from adapters.settings import Settings
from api.dependencies import Demo
from domain.demo_stories import LIVE


def demo_of(settings: Settings, database: Database) -> Demo | None:
    """None where it is refused: by RAYNE_DEMO, else wherever other machines can call."""
    is_offered = settings.is_local if settings.demo is None else settings.demo
    if not is_offered:
        return None
    return Demo(PostgresDemoSeeds(database), live=LIVE if _talks_to_sandbox(settings) else 0)


def _talks_to_sandbox(settings: Settings) -> bool:
    """Live alerts end in notebooks, which nobody wants in an account of their own."""
    return urlsplit(settings.dd_api_url or "").hostname in ("127.0.0.1", "localhost", "::1")
