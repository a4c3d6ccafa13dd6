"""What Rayne muted, for which alert and config, and what became of it."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DOWNTIMES = """
CREATE TABLE downtimes (
    key TEXT PRIMARY KEY,
    incident_id BIGINT NOT NULL REFERENCES incidents (id),
    episode_key TEXT NOT NULL,
    occurrence INTEGER NOT NULL,
    config_id BIGINT NOT NULL,
    config_name TEXT NOT NULL,
    trigger TEXT NOT NULL,
    duration_seconds INTEGER NOT NULL,
    state TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    monitor_id BIGINT,
    scope TEXT NOT NULL DEFAULT '',
    downtime_id TEXT NOT NULL DEFAULT '',
    asked_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ,
    over_at TIMESTAMPTZ
);
CREATE INDEX ix_downtimes_incident_id ON downtimes (incident_id);
"""


def upgrade() -> None:
    op.execute(DOWNTIMES)
