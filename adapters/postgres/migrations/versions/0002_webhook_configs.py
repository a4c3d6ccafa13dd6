"""What teams want done with alerts, and quick answers about one monitor's deliveries."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WEBHOOK_CONFIGS = """
CREATE TABLE webhook_configs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    request JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX uq_webhook_configs_name ON webhook_configs (name);
"""

HISTORY = """
CREATE INDEX ix_webhook_events_monitor_id ON webhook_events (monitor_id, id);
CREATE INDEX ix_webhook_events_failed ON webhook_events (id) WHERE status = 'failed';
"""


def upgrade() -> None:
    for statements in (WEBHOOK_CONFIGS, HISTORY):
        op.execute(statements)
