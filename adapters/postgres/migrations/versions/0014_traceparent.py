"""Which trace a delivery came in, so that its incident's goes on there."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# A constant default changes no row.
TRACEPARENT = "ALTER TABLE webhook_events ADD COLUMN traceparent TEXT NOT NULL DEFAULT ''"


def upgrade() -> None:
    op.execute(TRACEPARENT)
