"""Visitors of a team's own pages, their sessions and what they did."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

VISITORS = """
CREATE TABLE rum_visitors (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid UUID NOT NULL,
    first_seen TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    session_count INTEGER NOT NULL DEFAULT 0,
    total_views BIGINT NOT NULL DEFAULT 0,
    user_agent TEXT,
    ip_hash TEXT
);
CREATE UNIQUE INDEX uq_rum_visitors_uuid ON rum_visitors (uuid);
CREATE INDEX ix_rum_visitors_first_seen ON rum_visitors (first_seen);

CREATE TABLE rum_salts (
    day DATE PRIMARY KEY,
    salt BYTEA NOT NULL
);
"""

SESSIONS = """
CREATE TABLE rum_sessions (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id UUID NOT NULL,
    visitor_uuid UUID NOT NULL REFERENCES rum_visitors (uuid) ON DELETE CASCADE,
    start_time TIMESTAMPTZ NOT NULL,
    last_seen TIMESTAMPTZ NOT NULL,
    end_time TIMESTAMPTZ,
    page_views INTEGER NOT NULL DEFAULT 0,
    referrer TEXT,
    entry_page TEXT,
    exit_page TEXT,
    user_agent TEXT,
    device_type TEXT NOT NULL,
    browser TEXT NOT NULL,
    os TEXT NOT NULL
);
CREATE UNIQUE INDEX uq_rum_sessions_session_id ON rum_sessions (session_id);
CREATE UNIQUE INDEX uq_rum_sessions_pair ON rum_sessions (session_id, visitor_uuid);
CREATE INDEX ix_rum_sessions_visitor ON rum_sessions (visitor_uuid, last_seen);
CREATE INDEX ix_rum_sessions_start_time ON rum_sessions (start_time, id);
"""

EVENTS = """
CREATE TABLE rum_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    visitor_uuid UUID NOT NULL,
    session_id UUID NOT NULL,
    event_type TEXT NOT NULL,
    timestamp TIMESTAMPTZ NOT NULL,
    page_url TEXT,
    page_title TEXT,
    action_name TEXT,
    action_type TEXT,
    error_message TEXT,
    duration_ms BIGINT,
    metadata JSONB,
    FOREIGN KEY (session_id, visitor_uuid)
        REFERENCES rum_sessions (session_id, visitor_uuid) ON DELETE CASCADE
);
CREATE INDEX ix_rum_events_session_id ON rum_events (session_id, id);
CREATE INDEX ix_rum_events_timestamp ON rum_events (timestamp);
"""


def upgrade() -> None:
    for statements in (VISITORS, SESSIONS, EVENTS):
        op.execute(statements)
