"""What removing old rows needs: to find them, and the leave to remove entries of the audit log."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# Ranges of pages: rows come in the order of time, and it costs an insert nothing.
FINDING = """
ALTER TABLE analyses ADD COLUMN shortened_at TIMESTAMPTZ;
CREATE INDEX ix_analyses_with_evidence ON analyses (finished_at)
WHERE shortened_at IS NULL AND finished_at IS NOT NULL;
CREATE INDEX ix_webhook_events_received_at ON webhook_events USING brin (received_at);
CREATE INDEX ix_rum_visitors_last_seen ON rum_visitors (last_seen);
"""

# Only what retention removes, and only inside its own transaction.
LEAVE = """
CREATE OR REPLACE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < current_setting('rayne.audit_kept_since', true)::timestamptz
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is only ever added to';
END
$$;
"""


def upgrade() -> None:
    op.execute(FINDING)
    op.execute(LEAVE)
