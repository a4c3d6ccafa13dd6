"""The schema's single description; the migrations must add up to it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Text,
    TextClause,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

EMPTY_ARRAY = text("'{}'::text[]")
NOW = text("now()")


def _id() -> Any:  # noqa: ANN401 (sqlmodel's Field is declared so)
    return Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))


def _column(
    kind: Any,  # noqa: ANN401 (an SQLAlchemy type, given as class or instance)
    *rest: ForeignKey,
    null: bool = False,
    default: str | TextClause | None = None,
) -> Any:  # noqa: ANN401 (sqlmodel's Field is declared so)
    return Field(sa_column=Column(kind, *rest, nullable=null, server_default=default))


def _text() -> Any:  # noqa: ANN401 (sqlmodel's Field is declared so)
    """Text of any length, "" where there is none: what a sender writes must never be too long."""
    return _column(Text, default="")


def _time(*, null: bool = False, default: TextClause | None = None) -> Any:  # noqa: ANN401 (as above)
    return _column(DateTime(timezone=True), null=null, default=default)


class WebhookEventRow(SQLModel, table=True):
    """One delivery: the body as it came, what was read in it, and where it went."""

    __tablename__ = "webhook_events"

    id: int = _id()
    raw: bytes = _column(LargeBinary)
    content_type: str = _text()
    received_at: datetime = _time()
    delivery_key: str = _column(Text)
    key_expires: bool = _column(Boolean)
    key_released: bool = _column(Boolean, default=text("false"))  # a later delivery has it now
    payload: dict[str, JsonValue] | None = _column(JSONB, null=True)  # of a large body
    alert: dict[str, JsonValue] | None = _column(JSONB, null=True)
    # Copies out of `alert`, for people who look with SQL and for the rules of grouping.
    event_id: str = _text()  # Datadog's, about 19 digits
    org_id: str = _text()
    monitor_id: int | None = _column(BigInteger, null=True)
    monitor_name: str = _text()
    alert_status: str = _text()
    transition: str = _text()
    happened_at: datetime | None = _time(null=True)
    # What became of it.
    status: str = _column(Text, default="pending")  # pending | processed | failed
    error_message: str = _text()
    forwarded_to: list[str] = _column(ARRAY(Text), default=EMPTY_ARRAY)
    episode_key: str | None = _column(Text, null=True)  # set by the relay
    incident_id: int | None = _column(BigInteger, ForeignKey("incidents.id"), null=True)
    leased_until: datetime | None = _time(null=True)
    processed_at: datetime | None = _time(null=True)
    traceparent: str = _text()  # of the request that brought it

    __table_args__ = (
        Index(
            "uq_webhook_events_delivery_key",
            "delivery_key",
            unique=True,
            postgresql_where=text("NOT key_released"),
        ),
        Index("ix_webhook_events_pending", "id", postgresql_where=text("status = 'pending'")),
        Index("ix_webhook_events_failed", "id", postgresql_where=text("status = 'failed'")),
        Index("ix_webhook_events_incident_id", "incident_id"),
        Index("ix_webhook_events_monitor_id", "monitor_id", "id"),
        Index("ix_webhook_events_received_at", "received_at", postgresql_using="brin"),
        # Recoveries that came before the alert they end.
        Index(
            "ix_webhook_events_unmatched",
            "episode_key",
            "happened_at",
            postgresql_where=text("incident_id IS NULL AND episode_key IS NOT NULL"),
        ),
    )


class IncidentRow(SQLModel, table=True):
    __tablename__ = "incidents"

    id: int = _id()
    key: str = _column(Text)
    state: str = _column(Text)  # open | idle | resolved
    title: str = _text()
    group_key: str = _column(Text)
    service: str = _text()
    env: str = _text()
    monitor_id: int | None = _column(BigInteger, null=True)
    priority: str = _text()
    opened_at: datetime = _time(default=NOW)
    first_alert_at: datetime = _time()
    last_alert_at: datetime = _time()
    ended_at: datetime | None = _time(null=True)
    closed_by: str = _text()  # a person
    closed_why: str = _text()
    merged_into: int | None = _column(BigInteger, ForeignKey("incidents.id"), null=True)
    notebook: dict[str, JsonValue] | None = _column(JSONB, null=True)

    __table_args__ = (
        Index("uq_incidents_key", "key", unique=True),
        # One open incident per group: what makes two relays join instead of opening twice.
        Index(
            "uq_incidents_open_group",
            "group_key",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        # What comes of a merged incident's group joins where that one went.
        Index(
            "ix_incidents_merged_group",
            "group_key",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
    )


class EpisodeRow(SQLModel, table=True):
    __tablename__ = "episodes"

    id: int = _id()
    incident_id: int = _column(BigInteger, ForeignKey("incidents.id"))
    episode_key: str = _column(Text)
    monitor_id: int | None = _column(BigInteger, null=True)
    title: str = _text()
    scope: list[str] = _column(ARRAY(Text), default=EMPTY_ARRAY)
    started_at: datetime = _time()
    recovered_at: datetime | None = _time(null=True)

    __table_args__ = (
        Index(
            "uq_episodes_unrecovered",
            "episode_key",
            unique=True,
            postgresql_where=text("recovered_at IS NULL"),
        ),
        Index("ix_episodes_key", "episode_key", "recovered_at"),
        Index("ix_episodes_incident_id", "incident_id"),
    )


class AnalysisRow(SQLModel, table=True):
    __tablename__ = "analyses"

    incident_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("incidents.id"), primary_key=True)
    )
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    state: str = _column(Text)  # running | finished | failed
    started_at: datetime = _time(default=NOW)
    finished_at: datetime | None = _time(null=True)
    frame: dict[str, JsonValue] = _column(JSONB)
    prepared: dict[str, JsonValue] | None = _column(JSONB, null=True)
    embedding: dict[str, JsonValue] | None = _column(JSONB, null=True)
    digest: dict[str, JsonValue] | None = _column(JSONB, null=True)
    draft: dict[str, JsonValue] | None = _column(JSONB, null=True)
    items: list[JsonValue] = _column(JSONB, default=text("'[]'::jsonb"))
    conclusion: dict[str, JsonValue] | None = _column(JSONB, null=True)
    error: str = _text()
    shortened_at: datetime | None = _time(null=True)  # when retention removed its evidence

    __table_args__ = (
        Index(
            "ix_analyses_with_evidence",
            "finished_at",
            postgresql_where=text("shortened_at IS NULL AND finished_at IS NOT NULL"),
        ),
        Index("ix_analyses_failed", "finished_at", postgresql_where=text("state = 'failed'")),
        Index(
            "ix_analyses_failed_incident",
            "incident_id",
            "number",
            "finished_at",
            postgresql_where=text("state = 'failed'"),
        ),
    )


class AnalysisLineRow(SQLModel, table=True):
    """An analysis that runs, or waits until it may. Gone once it has ended."""

    __tablename__ = "analysis_line"

    incident_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("incidents.id"), primary_key=True)
    )
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    asked_at: datetime = _time(default=NOW)
    seen_at: datetime = _time(default=NOW)  # when it asked last
    admitted_until: datetime | None = _time(null=True)


class EvidenceRow(SQLModel, table=True):
    """One source of one analysis: how asking it ended, and what it said."""

    __tablename__ = "evidence"

    incident_id: int = Field(sa_column=Column(BigInteger, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    source: str = Field(sa_column=Column(Text, primary_key=True))
    result: dict[str, JsonValue] = _column(JSONB)
    found: JsonValue = _column(JSONB)  # the field of `Evidence` that is named like the source

    __table_args__ = (
        ForeignKeyConstraint(
            ["incident_id", "number"], ["analyses.incident_id", "analyses.number"]
        ),
    )


class ModelTurnRow(SQLModel, table=True):
    """One paid answer of a model."""

    __tablename__ = "model_turns"

    incident_id: int = Field(sa_column=Column(BigInteger, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    saved_at: datetime = _time(default=NOW)
    dollars: Decimal = _column(Numeric)
    said: dict[str, JsonValue] = _column(JSONB)

    __table_args__ = (
        ForeignKeyConstraint(
            ["incident_id", "number"], ["analyses.incident_id", "analyses.number"]
        ),
        Index("ix_model_turns_saved_at", "saved_at"),
    )


class ToolCallRow(SQLModel, table=True):
    """One question of a model, and what it came to."""

    __tablename__ = "tool_calls"

    incident_id: int = Field(sa_column=Column(BigInteger, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    place: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))  # from 0
    result: dict[str, JsonValue] = _column(JSONB)

    __table_args__ = (
        ForeignKeyConstraint(
            ["incident_id", "number"], ["analyses.incident_id", "analyses.number"]
        ),
    )


class WebhookConfigRow(SQLModel, table=True):
    __tablename__ = "webhook_configs"

    id: int = _id()
    name: str = _column(Text)
    active: bool = _column(Boolean)
    request: dict[str, JsonValue] = _column(JSONB)  # the config as its author stated it
    created_at: datetime = _time(default=NOW)

    __table_args__ = (Index("uq_webhook_configs_name", "name", unique=True),)


class DowntimeRow(SQLModel, table=True):
    """What Rayne muted, or would not, for one episode and one webhook config."""

    __tablename__ = "downtimes"

    key: str = Field(sa_column=Column(Text, primary_key=True))  # in the downtime's message, too
    incident_id: int = _column(BigInteger, ForeignKey("incidents.id"))
    episode_key: str = _column(Text)
    occurrence: int = _column(Integer)
    config_id: int = _column(BigInteger)  # no reference: a config may be deleted
    config_name: str = _column(Text)
    trigger: str = _column(Text)  # alert | recovery
    duration_seconds: int = _column(Integer)
    state: str = _column(Text)
    note: str = _text()
    monitor_id: int | None = _column(BigInteger, null=True)
    scope: str = _text()
    downtime_id: str = _text()  # Datadog's
    asked_at: datetime = _time()
    ends_at: datetime | None = _time(null=True)
    over_at: datetime | None = _time(null=True)

    __table_args__ = (Index("ix_downtimes_incident_id", "incident_id"),)


class NoticeRow(SQLModel, table=True):
    """What people were told of an incident, or were to be, on one occasion."""

    __tablename__ = "notices"

    incident_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("incidents.id"), primary_key=True)
    )
    occasion: str = Field(sa_column=Column(Text, primary_key=True))
    status: str = _column(Text)  # the worst of what set it off
    told_to: list[str] = _column(ARRAY(Text), default=EMPTY_ARRAY)  # digests of addresses
    planned_at: datetime = _time(default=NOW)
    told_at: datetime | None = _time(null=True)
    given_up: str = _text()


class FeedbackRow(SQLModel, table=True):
    """One person's word on an incident's analysis."""

    __tablename__ = "feedback"

    id: int = _id()
    incident_id: int = _column(BigInteger, ForeignKey("incidents.id"))
    verdict: str = _column(Text)  # confirmed | corrected | not_useful
    cause: str = _text()
    remediation: str = _text()
    author: str = _text()
    given_at: datetime = _time()

    __table_args__ = (Index("ix_feedback_incident_id", "incident_id", "id"),)


class ReportRow(SQLModel, table=True):
    """An analysis's report, as templates are filled from it."""

    __tablename__ = "reports"

    incident_id: int = Field(sa_column=Column(BigInteger, primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    document: dict[str, JsonValue] = _column(JSONB)

    __table_args__ = (
        ForeignKeyConstraint(
            ["incident_id", "number"], ["analyses.incident_id", "analyses.number"]
        ),
    )


class FunctionRow(SQLModel, table=True):
    """One version of a function that somebody added to Datadog's tools."""

    __tablename__ = "functions"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    state: str = _column(Text)  # proposed | approved | rejected | retired
    code: str = _column(Text)
    signature: dict[str, JsonValue] = _column(JSONB)
    author: str = _text()
    proposed_at: datetime = _time(default=NOW)
    decided_by: str = _text()
    decided_at: datetime | None = _time(null=True)

    __table_args__ = (
        Index(
            "uq_functions_approved",
            "name",
            unique=True,
            postgresql_where=text("state = 'approved'"),
        ),
    )


class PersonRow(SQLModel, table=True):
    """Somebody with a password. People are disabled, never deleted: the audit log names them."""

    __tablename__ = "people"

    id: int = _id()
    name: str = _column(Text)
    name_key: str = _column(Text)  # the name as it is compared
    role: str = _column(Text)  # viewer | operator | admin
    password_hash: str = _column(Text)
    created_at: datetime = _time(default=NOW)
    disabled_at: datetime | None = _time(null=True)

    __table_args__ = (Index("uq_people_name_key", "name_key", unique=True),)


class SessionRow(SQLModel, table=True):
    """One login, and everything that was refreshed from it."""

    __tablename__ = "sessions"

    id: int = _id()
    person_id: int = _column(BigInteger, ForeignKey("people.id"))
    opened_at: datetime = _time()
    expires_at: datetime = _time()
    ended_at: datetime | None = _time(null=True)

    __table_args__ = (
        Index("ix_sessions_person_id", "person_id"),
        Index("ix_sessions_expires_at", "expires_at"),
    )


class RefreshTokenRow(SQLModel, table=True):
    """Kept after its use: whoever brings it again has stolen it, or was stolen from."""

    __tablename__ = "refresh_tokens"

    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    session_id: int = _column(BigInteger, ForeignKey("sessions.id", ondelete="CASCADE"))
    used_at: datetime | None = _time(null=True)

    __table_args__ = (Index("ix_refresh_tokens_session_id", "session_id"),)


class ApiTokenRow(SQLModel, table=True):
    __tablename__ = "api_tokens"

    id: int = _id()
    person_id: int = _column(BigInteger, ForeignKey("people.id"))
    name: str = _text()
    hash: bytes = _column(LargeBinary)
    role: str = _column(Text)  # it never does more than its owner may
    created_at: datetime = _time()
    expires_at: datetime = _time()
    last_used_at: datetime | None = _time(null=True)
    revoked_at: datetime | None = _time(null=True)

    __table_args__ = (
        Index("uq_api_tokens_hash", "hash", unique=True),
        Index("ix_api_tokens_person_id", "person_id"),
    )


class InviteRow(SQLModel, table=True):
    __tablename__ = "invites"

    hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    role: str = _column(Text)  # of whoever registers with it
    expires_at: datetime = _time()
    used_at: datetime | None = _time(null=True)


class SecretRow(SQLModel, table=True):
    """What every process of an installation must know, and nobody typed in."""

    __tablename__ = "secrets"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    value: str = _column(Text)
    previous: str | None = _column(Text, null=True)  # still taken, until the next rotation
    rotated_at: datetime = _time(default=NOW)


class AttemptRow(SQLModel, table=True):
    """How often something was tried since the window began."""

    __tablename__ = "attempts"

    key: str = Field(sa_column=Column(Text, primary_key=True))
    since: datetime = _time()
    count: int = _column(Integer)

    __table_args__ = (Index("ix_attempts_since", "since"),)


class AuditRow(SQLModel, table=True):
    """Who changed what. Triggers refuse to update, delete or truncate."""

    __tablename__ = "audit_log"

    id: int = _id()
    at: datetime = _time(default=NOW)
    who: str = _column(Text)
    how: str = _column(Text)
    address: str = _text()
    request_id: str = _text()
    action: str = _column(Text)
    subject: str = _text()
    before: dict[str, JsonValue] | None = _column(JSONB, null=True)
    after: dict[str, JsonValue] | None = _column(JSONB, null=True)

    __table_args__ = (
        Index("ix_audit_log_who", "who", "id"),
        Index("ix_audit_log_action", "action", "id"),
    )


class RumVisitorRow(SQLModel, table=True):
    __tablename__ = "rum_visitors"

    id: int = _id()
    uuid: UUID = _column(Uuid)
    first_seen: datetime = _time()
    last_seen: datetime = _time()
    session_count: int = _column(Integer, default="0")
    total_views: int = _column(BigInteger, default="0")
    user_agent: str | None = _column(Text, null=True)
    ip_hash: str | None = _column(Text, null=True)

    __table_args__ = (
        Index("uq_rum_visitors_uuid", "uuid", unique=True),
        Index("ix_rum_visitors_first_seen", "first_seen"),
        Index("ix_rum_visitors_last_seen", "last_seen"),
    )


class RumSessionRow(SQLModel, table=True):
    __tablename__ = "rum_sessions"

    id: int = _id()
    session_id: UUID = _column(Uuid)
    visitor_uuid: UUID = _column(Uuid, ForeignKey("rum_visitors.uuid", ondelete="CASCADE"))
    start_time: datetime = _time()
    last_seen: datetime = _time()
    end_time: datetime | None = _time(null=True)  # said by the page; not, where it fell silent
    page_views: int = _column(Integer, default="0")
    referrer: str | None = _column(Text, null=True)
    entry_page: str | None = _column(Text, null=True)
    exit_page: str | None = _column(Text, null=True)
    user_agent: str | None = _column(Text, null=True)
    device_type: str = _column(Text)
    browser: str = _column(Text)
    os: str = _column(Text)

    __table_args__ = (
        Index("uq_rum_sessions_session_id", "session_id", unique=True),
        Index("uq_rum_sessions_pair", "session_id", "visitor_uuid", unique=True),
        Index("ix_rum_sessions_visitor", "visitor_uuid", "last_seen"),
        Index("ix_rum_sessions_start_time", "start_time", "id"),
    )


class RumEventRow(SQLModel, table=True):
    """Belongs to a session and to that session's own visitor: the pair is the reference."""

    __tablename__ = "rum_events"

    id: int = _id()
    visitor_uuid: UUID = _column(Uuid)
    session_id: UUID = _column(Uuid)
    event_type: str = _column(Text)  # view | action | error | resource | long_task
    timestamp: datetime = _time()
    page_url: str | None = _column(Text, null=True)
    page_title: str | None = _column(Text, null=True)
    action_name: str | None = _column(Text, null=True)
    action_type: str | None = _column(Text, null=True)
    error_message: str | None = _column(Text, null=True)
    duration_ms: int | None = _column(BigInteger, null=True)
    details: dict[str, JsonValue] | None = Field(sa_column=Column("metadata", JSONB))

    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "visitor_uuid"],
            ["rum_sessions.session_id", "rum_sessions.visitor_uuid"],
            ondelete="CASCADE",
        ),
        Index("ix_rum_events_session_id", "session_id", "id"),
        Index("ix_rum_events_timestamp", "timestamp"),
    )


class RumSaltRow(SQLModel, table=True):
    """What a day's addresses are hashed with. Dropped with the day."""

    __tablename__ = "rum_salts"

    day: date = Field(sa_column=Column(Date, primary_key=True))
    salt: bytes = _column(LargeBinary)


class DemoSeedRow(SQLModel, table=True):
    """One seed that was sown. Its times count back from `at`."""

    __tablename__ = "demo_seeds"

    seed: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str = Field(sa_column=Column(Text, primary_key=True))  # webhooks | rum
    at: datetime = _time()


class DemoDeliveryRow(SQLModel, table=True):
    """Marks the delivery of that key as seeded, also one that is yet to be stored."""

    __tablename__ = "demo_deliveries"

    delivery_key: str = Field(sa_column=Column(Text, primary_key=True))


class DemoVisitorRow(SQLModel, table=True):
    """Marks the visitor as seeded, with all of the sessions."""

    __tablename__ = "demo_visitors"

    visitor_uuid: UUID = Field(sa_column=Column(Uuid, primary_key=True))


METADATA = SQLModel.metadata
