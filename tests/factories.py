"""Valid values with quiet defaults; a test names only what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.alerts import Alert, AlertStatus, Transition
from domain.analysis import (
    AnalystKind,
    Authorship,
    Category,
    Claim,
    Conclusion,
    Draft,
    Explanation,
    Outcome,
    Usage,
)
from domain.case import Case, Evidence, Frame
from domain.deliveries import Delivery
from domain.evidence import (
    DatadogEvent,
    EvidenceItem,
    Host,
    LogLine,
    MetricPoint,
    MetricSeries,
    Monitor,
    Source,
    SourceStatus,
    SpanRecord,
    Window,
)
from domain.incidents import Episode, Incident, IncidentAlert, IncidentState
from domain.investigation import ToolCall, ToolResult, Turn
from domain.memory import PastIncident
from domain.mutings import Muting
from domain.notebook import MarkdownCell, Notebook
from domain.webhook_configs import WebhookConfig, WebhookConfigRequest

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def an_alert(**changes: Any) -> Alert:
    defaults: dict[str, Any] = {
        "happened_at": NOON,
        "transition": Transition.TRIGGERED,
        "status": AlertStatus.ALERT,
        "event_id": "8273645546372819001",
        "org_id": "1234",
        "monitor_id": 42,
        "monitor_name": "Error rate is high",
        "title": "[Triggered on {service:checkout}] Error rate is high",
        "cycle_key": "cycle-1",
        "scope": ("env:prod", "service:checkout"),
        "tags": ("env:prod", "service:checkout", "team:shop"),
        "hostname": "web-1",
        "service": "checkout",
        "env": "prod",
        "priority": "P2",
    }
    return Alert(**(defaults | changes))


def a_delivery(**changes: Any) -> Delivery:
    defaults: dict[str, Any] = {
        "raw": b'{"id": "8273645546372819001"}',
        "content_type": "application/json",
        "received_at": NOON,
        "key": "event:1234:8273645546372819001:Triggered",
        "key_expires": False,
        "alert": an_alert(),
    }
    return Delivery(**(defaults | changes))


def an_incident_alert(**changes: Any) -> IncidentAlert:
    defaults: dict[str, Any] = {
        "event_id": 1,
        "episode_key": "1234|cycle=cycle-1",
        "transition": Transition.TRIGGERED,
        "status": AlertStatus.ALERT,
        "happened_at": NOON,
        "title": "Error rate is high",
        "monitor_id": 42,
        "service": "checkout",
        "priority": "P2",
    }
    return IncidentAlert(**(defaults | changes))


def an_episode(**changes: Any) -> Episode:
    defaults: dict[str, Any] = {
        "key": "1234|cycle=cycle-1",
        "monitor_id": 42,
        "title": "Error rate is high",
        "scope": ("env:prod", "service:checkout"),
        "started_at": NOON,
    }
    return Episode(**(defaults | changes))


def an_incident(**changes: Any) -> Incident:
    defaults: dict[str, Any] = {
        "id": 7,
        "key": "1a2b3c4d5e",
        "state": IncidentState.OPEN,
        "title": "Error rate is high",
        "group_key": "1234|env=prod,service=checkout",
        "service": "checkout",
        "env": "prod",
        "monitor_id": 42,
        "priority": "P2",
        "opened_at": NOON,
        "first_alert_at": NOON,
        "last_alert_at": NOON,
        "episodes": (an_episode(),),
        "event_ids": (1,),
    }
    return Incident(**(defaults | changes))


def a_window(**changes: Any) -> Window:
    defaults: dict[str, Any] = {
        "start": NOON - timedelta(minutes=25),
        "end": NOON + timedelta(minutes=5),
    }
    return Window(**(defaults | changes))


def a_frame(**changes: Any) -> Frame:
    defaults: dict[str, Any] = {
        "incident_id": 7,
        "number": 1,
        "incident_key": "1a2b3c4d5e",
        "title": "Error rate is high",
        "first_alert_at": NOON,
        "window": a_window(),
        "changes": Window(start=NOON - timedelta(hours=6), end=NOON + timedelta(minutes=5)),
        "monitor_id": 42,
        "hosts": ("web-1",),
        "services": ("checkout",),
        "env": "prod",
        "scope": ("env:prod", "service:checkout"),
        "metric_query": "avg:checkout.errors{service:checkout}",
    }
    return Frame(**(defaults | changes))


def a_log_line(**changes: Any) -> LogLine:
    defaults: dict[str, Any] = {
        "logged_at": NOON - timedelta(minutes=2),
        "message": "payment refused: connection reset",
        "status": "error",
        "service": "checkout",
        "host": "web-1",
    }
    return LogLine(**(defaults | changes))


def a_datadog_event(**changes: Any) -> DatadogEvent:
    defaults: dict[str, Any] = {
        "event_id": "7001",
        "happened_at": NOON - timedelta(minutes=8),
        "source": "deployment",
        "title": "Deployed checkout 2.4.1",
        "text": "rolled out by CI",
        "tags": ("service:checkout", "env:prod", "version:2.4.1"),
    }
    return DatadogEvent(**(defaults | changes))


def a_host(**changes: Any) -> Host:
    defaults: dict[str, Any] = {"name": "web-1", "up": True, "cpu": 12.0, "load": 0.4}
    return Host(**(defaults | changes))


def a_monitor(**changes: Any) -> Monitor:
    defaults: dict[str, Any] = {
        "monitor_id": 42,
        "name": "Error rate is high",
        "type": "query alert",
        "query": "avg(last_5m):avg:checkout.errors{service:checkout} > 5",
        "state": "Alert",
    }
    return Monitor(**(defaults | changes))


def a_series(values: list[float], **changes: Any) -> MetricSeries:
    """One value a minute, the last one at NOON."""
    start = NOON - timedelta(minutes=len(values) - 1)
    points = tuple(
        MetricPoint(at=start + timedelta(minutes=i), value=value) for i, value in enumerate(values)
    )
    defaults: dict[str, Any] = {"query": "avg:checkout.errors{service:checkout}"}
    return MetricSeries(points=points, **(defaults | changes))


def an_item(**changes: Any) -> EvidenceItem:
    defaults: dict[str, Any] = {
        "id": "log-1",
        "source": Source.LOGS,
        "text": "payment refused: connection reset",
    }
    return EvidenceItem(**(defaults | changes))


def a_case(**changes: Any) -> Case:
    defaults: dict[str, Any] = {
        "incident": an_incident(),
        "alerts": (an_alert(),),
        "frame": a_frame(),
        "evidence": Evidence(),
        "items": (an_item(),),
    }
    return Case(**(defaults | changes))


def a_claim(**changes: Any) -> Claim:
    defaults: dict[str, Any] = {
        "statement": "Payments fail because connections are reset.",
        "evidence_id": "log-1",
        "quote": "connection reset",
    }
    return Claim(**(defaults | changes))


def an_explanation(**changes: Any) -> Explanation:
    defaults: dict[str, Any] = {
        "summary": "Checkout cannot reach payments.",
        "category": Category.DEPENDENCY,
        "claims": (a_claim(),),
    }
    return Explanation(**(defaults | changes))


def a_draft(**changes: Any) -> Draft:
    defaults: dict[str, Any] = {
        "explanation": an_explanation(),
        "authorship": Authorship(analyst=AnalystKind.RULES),
    }
    return Draft(**(defaults | changes))


def a_conclusion(**changes: Any) -> Conclusion:
    defaults: dict[str, Any] = {
        "outcome": Outcome.LIKELY,
        "outcome_reason": "one claim, checked",
        "summary": "Checkout cannot reach payments.",
        "claims": (a_claim(),),
        "authorship": Authorship(analyst=AnalystKind.RULES),
    }
    return Conclusion(**(defaults | changes))


def a_past_incident(**changes: Any) -> PastIncident:
    defaults: dict[str, Any] = {
        "incident_key": "00000000aa",
        "incident_id": 3,
        "happened_at": NOON - timedelta(days=3),
        "title": "Error rate is high",
        "text": "Error rate is high on checkout: payment refused, connection reset",
        "service": "checkout",
        "env": "prod",
        "summary": "Payments restarted without draining.",
        "outcome": Outcome.LIKELY,
    }
    return PastIncident(**(defaults | changes))


def a_notebook(**changes: Any) -> Notebook:
    defaults: dict[str, Any] = {
        "key": "1a2b3c4d5e",
        "name": "[Incident Report] Error rate is high - 2026-01-02 (1a2b3c4d5e)",
        "cells": (MarkdownCell(text="# Error rate is high"),),
        "window": a_window(),
    }
    return Notebook(**(defaults | changes))


def a_config_request(**changes: Any) -> WebhookConfigRequest:
    defaults: dict[str, Any] = {"name": "checkout", "url": "https://rayne.test/v1/webhooks/receive"}
    return WebhookConfigRequest(**(defaults | changes))


def a_config(**changes: Any) -> WebhookConfig:
    defaults: dict[str, Any] = {
        "id": 3,
        "created_at": NOON,
        "name": "checkout",
        "url": "https://rayne.test/v1/webhooks/receive",
    }
    return WebhookConfig(**(defaults | changes))


def a_muting(**changes: Any) -> Muting:
    defaults: dict[str, Any] = {
        "key": "rayne-1-0123456789ab",
        "incident_id": 7,
        "episode_key": "1234|cycle=cycle-1",
        "config_id": 1,
        "config_name": "on-call",
        "trigger": "alert",
        "duration": timedelta(hours=2),
        "monitor_id": 42,
        "scope": "env:prod AND service:checkout",
        "asked_at": NOON,
    }
    return Muting(**(defaults | changes))


def a_span(**changes: Any) -> SpanRecord:
    defaults: dict[str, Any] = {
        "started_at": NOON - timedelta(minutes=2),
        "duration_ms": 40.0,
        "service": "checkout",
        "resource": "POST /orders",
        "trace_id": "100",
        "span_id": "1",
        "tags": ("env:prod", "service:checkout"),
    }
    return SpanRecord(**(defaults | changes))


def a_call(**changes: Any) -> ToolCall:
    defaults: dict[str, Any] = {"id": "call-1", "name": "search_logs", "arguments": {"query": "q"}}
    return ToolCall(**(defaults | changes))


def a_turn(**changes: Any) -> Turn:
    defaults: dict[str, Any] = {
        "number": 1,
        "model": "claude-sonnet-5-5",
        "usage": Usage(input_tokens=1000, output_tokens=100),
        "content": (),
    }
    return Turn(**(defaults | changes))


def a_tool_result(**changes: Any) -> ToolResult:
    defaults: dict[str, Any] = {
        "turn": 1,
        "index": 0,
        "call_id": "call-1",
        "tool": "search_logs",
        "status": SourceStatus.FOUND,
        "text": "pool exhausted",
        "item": an_item(id="tool-1-1"),
    }
    return ToolResult(**(defaults | changes))
