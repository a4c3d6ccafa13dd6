"""The alert in a webhook's fields, from whichever of them a template happened to fill."""

import html
import re
from datetime import datetime, timedelta

from domain.alerts import Alert
from domain.transitions import ChangeWords, read_change
from domain.webhook_fields import Fields
from domain.webhook_title import Title, read_title
from domain.webhook_values import read_int64, read_moment, read_pairs, short

CLOCK_SKEW = timedelta(days=1)  # a time further ahead of us than this is a mistake

_MONITOR_LINK = re.compile(r"/monitors[/#]([0-9]{1,19})\b")
_EVENT_LINK = re.compile(r"/event/(?:event\?id|jump_to\?event_id)=([0-9]{1,20})\b")
_SNAPSHOT = re.compile(r"https://[a-zA-Z0-9.:-]{1,80}/snapshot/[^\s()\"'<>]{1,500}")
_PRIORITY = re.compile(r"(?:P|SEV-?)?([1-5])", re.IGNORECASE)
_URGENCIES = {"critical": "P2", "high": "P2", "medium": "P3", "normal": "P3", "low": "P4"}
_MONITOR_TYPES = frozenset(
    {
        "composite",
        "custom-check",
        "dns-check",
        "event-v2 alert",
        "grpc-check",
        "http-check",
        "metric alert",
        "process-check",
        "query alert",
        "service-check",
        "ssl-check",
        "synthetics",
        "tcp-check",
        "watchdog",
    }
)


def read_alert(fields: Fields, received_at: datetime) -> Alert | None:
    """None where the fields name nothing that could be looked at."""
    alert = _AlertReader(fields).read(received_at)
    usable = (
        alert.monitor_id is not None
        or alert.title
        or alert.message
        or alert.hostname
        or alert.service
        or alert.scope
        or alert.tags
    )
    return alert if usable else None


class _AlertReader:
    def __init__(self, fields: Fields) -> None:
        self._fields = fields
        self._title_text = _plain(fields.text("alert_title", "title", "event_title"))
        self._title = self._read_title()
        self._message = self._read_message()
        self._link = fields.text("link", "event_link", "url")
        self._tags = fields.tags("tags", "event_tags")
        self._scope = read_pairs(fields.tags("scope", "alert_scope")) or self._title.scope

    def read(self, received_at: datetime) -> Alert:
        fields = self._fields
        change = read_change(self._change_words())
        name = fields.text("monitor_name") or self._title.name
        return Alert(
            happened_at=self._happened_at(received_at),
            transition=change.transition,
            status=change.status,
            transition_text=short(change.text),
            event_id=fields.name("id", "event_id") or _found(_EVENT_LINK, self._link),
            org_id=fields.name("org_id"),
            org_name=fields.name("org_name"),
            monitor_id=self._monitor_id(),
            monitor_name=short(name),
            monitor_type=fields.name("monitor_type"),
            event_type=fields.name("event_type"),
            alert_type=fields.name("alert_type").lower(),
            title=short(self._title_text or name),
            message=self._message,
            cycle_key=fields.name("alert_cycle_key", "cycle_key"),
            aggregation_key=fields.name("aggreg_key", "aggregation_key"),
            scope=self._scope,
            tags=self._tags,
            hostname=fields.name("hostname", "host") or self._label("host", "hostname"),
            service=self._service(),
            env=fields.name("env", "environment") or self._label("env", "environment"),
            team=self._team(),
            # METRIC, in upper case, was the first Rayne's name for a sentence, not for a metric.
            metric=short(fields.exactly("metric") or fields.text("alert_metric")),
            query=fields.text("query", "alert_query"),
            priority=self._priority(),
            link=self._link,
            snapshot_url=fields.text("snapshot_url", "snapshot")
            or _found(_SNAPSHOT, self._message),
        )

    def _read_title(self) -> Title:
        """$ALERT_TITLE and $EVENT_TITLE differ: the priority is in the second one only."""
        title = read_title(self._title_text)
        other = read_title(_plain(self._fields.text("title", "event_title")))
        return Title(
            name=title.name,
            word=title.word or other.word,
            scope=title.scope or other.scope,
            priority=title.priority or other.priority,
        )

    def _read_message(self) -> str:
        text = self._fields.text(
            "body", "text_only_msg", "alert_message", "event_msg", "message", "detailed_description"
        )
        return _plain(text).strip("%").strip()  # Datadog puts markdown between lines of %%%

    def _change_words(self) -> ChangeWords:
        fields = self._fields
        return ChangeWords(
            transitions=tuple(fields.texts("ALERT_STATE", "alert_transition", "transition")),
            statuses=tuple(fields.texts("alert_status", "status", "state")),
            title=self._title.word,
            alert_type=fields.text("alert_type"),
        )

    def _happened_at(self, received_at: datetime) -> datetime:
        names = ("date", "timestamp", "last_updated", "date_posix", "last_updated_posix")
        for text in self._fields.texts(*names):
            moment = read_moment(text, latest=received_at + CLOCK_SKEW)
            if moment is not None:
                return moment
        return received_at

    def _monitor_id(self) -> int | None:
        texts = self._fields.texts("monitor_id", "alert_id")
        links = (_found(_MONITOR_LINK, text) for text in (self._link, self._message))
        numbers = (read_int64(text) for text in (*texts, *links))
        return next((number for number in numbers if number is not None and number > 0), None)

    def _service(self) -> str:
        given = self._fields.name("service")
        if given.lower() in _MONITOR_TYPES:  # templates put the kind of monitor here
            given = ""
        return given or self._label("service")

    def _team(self) -> str:
        given = self._fields.name("application_team", "team")
        return given or self._label("team", "application_team")

    def _priority(self) -> str:
        """P1 to P5. $PRIORITY, "normal" or "low", is how loud an event is and no priority."""
        fields = self._fields
        for text in fields.texts("alert_priority", "priority", "severity", "urgency"):
            if found := _PRIORITY.fullmatch(text):
                return f"P{found[1]}"
        if self._title.priority:
            return self._title.priority
        urgency = fields.text("urgency", "severity").lower()
        return _URGENCIES.get(urgency, "")

    def _label(self, *keys: str) -> str:
        for key in keys:
            for pair in (*self._scope, *self._tags):
                name, _, value = pair.partition(":")
                if name.strip().lower() == key and value.strip():
                    return value.strip()
        return ""


def _plain(text: str) -> str:
    """Datadog escapes its own texts for HTML."""
    return html.unescape(text)


def _found(pattern: re.Pattern[str], text: str) -> str:
    """The pattern's group, or all of it where it has none; "" where it is not found."""
    found = pattern.search(text)
    return found[found.lastindex or 0] if found else ""
