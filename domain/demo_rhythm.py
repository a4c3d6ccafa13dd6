"""When things happen in a week: by day more than by night."""

from datetime import datetime, timedelta

from domain.demo_draws import Draws

SPREAD = timedelta(days=7)

# How much of a day belongs to each of its hours, UTC: people buy and change things by day.
_HOURS = (2, 1, 1, 1, 1, 2, 3, 5, 8, 10, 10, 9, 7, 9, 10, 10, 9, 7, 5, 4, 3, 3, 2, 2)


def by_rhythm(draws: Draws, *, latest: datetime) -> datetime:
    """A moment of the week that ends at `latest`."""
    midnight = latest.replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight - timedelta(days=draws.below(SPREAD.days))
    moment = day + timedelta(hours=draws.weighted(_HOURS), seconds=draws.below(3600))
    return moment if moment <= latest else moment - SPREAD
