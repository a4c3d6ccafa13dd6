"""What a small body says is read from it when somebody looks, and no longer stored beside it."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE webhook_events ALTER COLUMN payload DROP NOT NULL")
