"""Incidents whose analysis failed are listed by the incident, however many there are."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX IF NOT EXISTS ix_analyses_failed_incident "
        "ON analyses (incident_id, number, finished_at) WHERE state = 'failed'"
    )
