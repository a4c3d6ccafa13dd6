"""Questions to Datadog that belong to no incident: they are about the present."""

from datetime import datetime, timedelta

from domain.case import Frame
from domain.evidence import Window

LOOKED_AT = timedelta(minutes=30)


def about_now(now: datetime) -> Frame:
    window = Window(start=now - LOOKED_AT, end=now)
    return Frame(
        incident_id=0,
        number=0,
        incident_key="",
        title="",
        first_alert_at=now,
        window=window,
        changes=window,
    )
