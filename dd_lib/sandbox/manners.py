"""How one alert may differ from the one that a scenario tells of: in its state and its group."""

from pydantic import JsonValue

from dd_lib.sandbox.records import Record

TYPES = {"Triggered": "error", "Warn": "warning", "No Data": "error"}

Body = dict[str, JsonValue]


class Manner(Record):
    """Empty where there is no difference."""

    transition: str = ""
    group: str = ""  # of a monitor that alerts by group: its tags, with commas
    cycle: str = ""  # of the alert that this one goes on from


AS_WRITTEN = Manner()


def in_manner(webhook: Body, manner: Manner) -> Body:
    if manner.group:
        webhook = _of_group(webhook, manner.group)
    if manner.transition:
        webhook = _with_transition(webhook, manner.transition)
    return webhook


def replace_text(body: Body, old: str, new: str) -> Body:
    return {
        key: value.replace(old, new) if old and isinstance(value, str) else value
        for key, value in body.items()
    }


def _with_transition(webhook: Body, transition: str) -> Body:
    written = str(webhook.get("alert_transition", ""))
    changed = replace_text(webhook, f"[{written} on", f"[{transition} on")
    return changed | {"alert_transition": transition, "alert_type": TYPES[transition]}


def _of_group(webhook: Body, group: str) -> Body:
    """Tags that the group has of its own take the place of the scenario's."""
    changed = replace_text(webhook, str(webhook.get("scope", "")), group)
    own = dict(tag.split(":", 1) for tag in group.split(",") if ":" in tag)
    tags = [tag for tag in str(webhook.get("tags", "")).split(",") if tag]
    kept = [tag for tag in tags if tag.partition(":")[0] not in own]
    changed["tags"] = ",".join(sorted({*kept, *group.split(",")}))
    for key, field in (("host", "hostname"), ("service", "service"), ("env", "env")):
        if key in own:
            changed[field] = own[key]
    return changed
