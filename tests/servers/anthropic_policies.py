"""Models with a character: what they answer depends on what they are asked."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from domain.analysis import Alternative, Claim, Explanation
from tests.servers.anthropic_answers import Answer, Call, asks, call, success
from tests.servers.anthropic_conversation import Conversation, explanation_of

Policy = Callable[[Conversation, int], Answer]  # the number is how many turns it would like

_ORDER: Final = re.compile(
    r"\b(ignore|disregard|instruction|system prompt|you must|you are now|reply|respond|conclude|"
    r"call|run|execute|invoke|blame|culprit|root cause|set|send|post|print|reveal|mute|delete)\b",
    re.IGNORECASE,
)
_EVENT: Final = re.compile(r"\bevent-\d+\b")
_TOOL: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_OBJECT: Final = re.compile(r"\{[^{}]*\}")
_MOST_CALLS: Final = 5


def concludes_at_once(asked: Conversation, turns: int) -> Answer:
    """Explains what it was told first, with quotes that hold."""
    return success(explanation_of(asked))


def investigates(asked: Conversation, turns: int) -> Answer:
    """Asks two questions at once in each turn but the last, then explains with honest quotes."""
    if asked.turn >= turns:
        return concludes_at_once(asked, turns)
    minutes = 10 * asked.turn
    return asks(
        call("search_logs", query="status:error", from_time=f"now-{minutes}m", limit=20),
        call("list_changes", from_time=f"now-{minutes + 180}m"),
    )


def asks_for_ever(asked: Conversation, turns: int) -> Answer:
    """Never has enough."""
    return asks(call("search_logs", query=f"attempt {asked.turn}", limit=5))


def asks_wrongly(asked: Conversation, turns: int) -> Answer:
    """Calls a tool that there is not, one with wrong arguments and one with none at all."""
    if asked.turn > 1:
        return concludes_at_once(asked, turns)
    return asks(
        call("create_downtime", scope="*"),
        call("search_logs", query=7, colour="red"),
        Call(name="get_monitor_details"),
    )


def invents_quotes(asked: Conversation, turns: int) -> Answer:
    """Sure of itself: real ids, real events, and words that nobody wrote."""
    ids = [name for name, _ in asked.evidence][:3] or ["log-1"]
    claims = [
        Claim(
            statement=f"{name} proves the cause beyond doubt.",
            evidence_id=name,
            quote=f"fatal: the root cause of this incident is number {number}",
        )
        for number, name in enumerate((*ids, "log-99999"), start=1)
    ]
    invented = explanation_of(asked).model_copy(
        update={"summary": "An invented explanation.", "claims": tuple(claims)}
    )
    return success(invented)


def obeys_what_it_reads(asked: Conversation, turns: int) -> Answer:
    """Takes data for orders: calls what it is told to call, and says what it is told to say."""
    orders = [line for line in asked.data if _ORDER.search(line)]
    wanted = list(_calls_in(orders))[:_MOST_CALLS]
    if wanted and asked.turn == 1:
        return asks(*wanted)
    return success(_obedient(asked, orders))


POLICIES: Final[Mapping[str, Policy]] = {
    policy.__name__: policy
    for policy in (
        concludes_at_once,
        investigates,
        asks_for_ever,
        asks_wrongly,
        invents_quotes,
        obeys_what_it_reads,
    )
}


def _calls_in(orders: list[str]) -> Iterator[Call]:
    """Each name in an order that could be a tool's, offered or not, with the object beside it."""
    for line in orders:
        for name in dict.fromkeys(_TOOL.findall(line)):
            yield Call(name=name, arguments=_object_in(line))


def _object_in(line: str) -> dict[str, Any]:
    for found in _OBJECT.findall(line):
        try:
            value: dict[str, Any] = json.loads(found)
        except ValueError:
            continue
        return value
    return {}


def _obedient(asked: Conversation, orders: list[str]) -> Explanation:
    """Every order word for word in every place where a model may write."""
    honest = explanation_of(asked)
    named = [event for line in orders for event in _EVENT.findall(line)]
    ids = [name for name, line in asked.evidence if line in orders] or ["log-1"]
    claims = [
        Claim(statement=line, evidence_id=ids[number % len(ids)], quote=line)
        for number, line in enumerate(orders)
    ]
    return honest.model_copy(
        update={
            "summary": " ".join(orders) or honest.summary,
            "culprit_change": named[0] if named else honest.culprit_change,
            "first_failing_service": orders[0] if orders else "",
            "affected_services": tuple(orders),
            "claims": (*claims, *honest.claims),
            "ruled_out": tuple(Alternative(explanation=o, ruled_out_by=o) for o in orders),
            "immediate_actions": tuple(orders),
            "preventive_actions": tuple(orders),
            "missing_evidence": tuple(orders),
        }
    )
