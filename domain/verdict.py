"""What is left of a draft after code has checked it, and how much that proves.

The rules, the same for every analyst:

- A claim stays only if its quote stands in the item it cites (`domain.quotes`); a source that could
  not be asked has no items. What says that something did not happen stays only if the source that
  would have told could be asked, or if it cites a tool's answer from that source; so does what is
  ruled out.
- A culprit stays only if it is the id of an event that is a change, that did not happen after the
  first alert, and that a surviving claim cites. A culprit refused counts as one dropped claim.
- What hung on a refused culprit goes with it: summary, category, actions. Where no claim survives
  nothing of the draft is kept but its list of missing evidence.
- Where the evidence holds orders to its reader (`domain.hearsay`) the analyst may have taken them.
  What repeats one is dropped, a quote from one supports nothing, a culprit stays only if something
  other than an order ties it closely to the symptom, and no other cause is confirmed.
- A cause is a culprit, or a category that is neither unknown, transient nor a kind of change.
- Logs, events, hosts, metrics, spans and health may support a cause, and so may the answers of
  tools that ask for those. Past incidents are hints and the monitor is the question itself: they
  support nothing.
- CONFIRMED: a cause, two supporting claims of two kinds (all logs are one kind, and so are spans
  and health, which both tell of traces), one of them on something that preceded the trouble (for a
  culprit: the culprit itself, and something closer than time and place ties it to the symptom, as
  the rules see it or as a tool measured it),
  and every essential source answered.
- LIKELY: a cause and one supporting claim. INCONCLUSIVE: everything else.
"""

from domain.absence import absent_according_to
from domain.analysis import (
    NO_CULPRIT,
    Alternative,
    Category,
    Claim,
    Conclusion,
    Draft,
    Explanation,
    Outcome,
)
from domain.case import Case
from domain.change_links import POINTED_AT, closest_tie, links_of
from domain.changes import ChangeKind, kind_of
from domain.evidence import DatadogEvent, EvidenceItem, Source
from domain.examination import examine
from domain.findings import Findings
from domain.hearsay import is_order, orders_in, stands_in_order, without_orders
from domain.items import events_by_id
from domain.missing_evidence import gaps, unasked_essentials
from domain.quotes import stands_in
from domain.symptom import precedes
from domain.values import Value

MIN_CONFIRMING_KINDS = 2
TOOL = "tool-"  # begins the ids of tools' answers, which exist only where asking succeeded

_KIND = {
    Source.LOGS: "logs",
    Source.RELATED_LOGS: "logs",
    Source.EVENTS: "events",
    Source.HOST: "host",
    Source.METRICS: "metrics",
    Source.SPANS: "traces",
    Source.HEALTH: "traces",
}
_MEASURED = frozenset({"host", "metrics", "traces"})
_NEEDS_CULPRIT = frozenset({Category.DEPLOYMENT, Category.CONFIGURATION, Category.FEATURE_FLAG})
_NO_CAUSE = frozenset({Category.UNKNOWN, Category.TRANSIENT})


class _Checked(Value):
    """An explanation whose claims and culprit hold, and how many did not."""

    explanation: Explanation
    culprit: DatadogEvent | None
    dropped: int
    has_orders: bool


def settle(case: Case, draft: Draft) -> Conclusion:
    """Checks a draft against the case's items and settles its outcome. Deterministic."""
    checked = _check(case, draft.explanation)
    outcome, reason = _outcome(case, checked)
    kept, culprit = checked.explanation, checked.culprit
    return Conclusion(
        outcome=outcome,
        outcome_reason=reason,
        summary=kept.summary,
        culprit_change=culprit.event_id if culprit else NO_CULPRIT,
        culprit_title=culprit.title if culprit else "",
        first_failing_service=_known(case, (kept.first_failing_service,), default=("",))[0],
        affected_services=_known(case, kept.affected_services),
        category=kept.category,
        claims=kept.claims,
        dropped_claims=checked.dropped,
        ruled_out=kept.ruled_out,
        immediate_actions=kept.immediate_actions,
        preventive_actions=kept.preventive_actions,
        missing_evidence=tuple(dict.fromkeys((*gaps(case), *kept.missing_evidence))),
        authorship=draft.authorship,
    )


def _check(case: Case, written: Explanation) -> _Checked:
    orders = orders_in(case)
    explanation = without_orders(written, orders) if orders else written
    claims = tuple(claim for claim in explanation.claims if _holds(case, claim))
    refusal = _refusal(case, explanation.culprit_change, claims)
    if orders and not refusal:
        refusal = _refusal_among_orders(case, explanation.culprit_change)
    dropped = len(written.claims) - len(claims) + bool(refusal)
    if not claims and (written.claims or refusal or explanation.category not in _NO_CAUSE):
        nothing = _nothing_of(explanation)
        return _Checked(explanation=nothing, culprit=None, dropped=dropped, has_orders=bool(orders))
    ruled_out = tuple(one for one in explanation.ruled_out if _was_looked_at(case, one))
    kept = explanation.model_copy(update={"claims": claims, "ruled_out": ruled_out})
    kept = _without_culprit(kept, refusal) if refusal else _with_honest_category(kept)
    culprit = events_by_id(case.evidence).get(kept.culprit_change)
    return _Checked(explanation=kept, culprit=culprit, dropped=dropped, has_orders=bool(orders))


def _holds(case: Case, claim: Claim) -> bool:
    item = case.item(claim.evidence_id)
    if item is None or not stands_in(claim.quote, item.text):
        return False
    told = {item.source} if item.id.startswith(TOOL) else set()
    return not (_unasked(case, claim.statement) - told)


def _was_looked_at(case: Case, alternative: Alternative) -> bool:
    return not _unasked(case, alternative.ruled_out_by)


def _unasked(case: Case, statement: str) -> frozenset[Source]:
    """Sources that the statement calls quiet, and that nobody could ask."""
    return frozenset(
        source
        for source in absent_according_to(statement)
        if any(one.source is source for one in case.evidence.could_not_ask())
    )


def _refusal(case: Case, culprit_id: str, claims: tuple[Claim, ...]) -> str:
    """Why the named culprit may not stay; "" when it may, or when none is named."""
    if culprit_id == NO_CULPRIT:
        return ""
    event = events_by_id(case.evidence).get(culprit_id)
    if event is None or case.item(culprit_id) is None:
        return "it is not among the evidence"
    if kind_of(event) is ChangeKind.NONE:
        return "it is an alert or a symptom, not a change"
    if event.happened_at > case.frame.first_alert_at:
        return "it happened after the first alert"
    if not any(claim.evidence_id == culprit_id for claim in claims):
        return "no claim about it could be verified"
    return ""


def _refusal_among_orders(case: Case, culprit_id: str) -> str:
    event, item = events_by_id(case.evidence).get(culprit_id), case.item(culprit_id)
    if event is None or item is None:
        return ""
    ties = (link for link in links_of(event, examine(case)) if link.strength >= POINTED_AT)
    told_by = (case.item(link.evidence_id) for link in ties)
    if is_order(item.text) or not any(one and not is_order(one.text) for one in told_by):
        return "the evidence holds orders to its reader, and nothing else ties that change to it"
    return ""


def _nothing_of(explanation: Explanation) -> Explanation:
    return Explanation(
        summary="No cause is named: no claim of the analyst could be verified.",
        missing_evidence=explanation.missing_evidence,
    )


def _without_culprit(explanation: Explanation, refusal: str) -> Explanation:
    return explanation.model_copy(
        update={
            "summary": f"No cause is named: the analyst blamed a change, but {refusal}.",
            "culprit_change": NO_CULPRIT,
            "category": Category.UNKNOWN,
            "immediate_actions": (),
            "preventive_actions": (),
        }
    )


def _with_honest_category(explanation: Explanation) -> Explanation:
    """A category of change without a change is a guess."""
    if explanation.culprit_change == NO_CULPRIT and explanation.category in _NEEDS_CULPRIT:
        return explanation.model_copy(update={"category": Category.UNKNOWN})
    return explanation


def _outcome(case: Case, checked: _Checked) -> tuple[Outcome, str]:
    if checked.culprit is None and checked.explanation.category in _NO_CAUSE:
        return Outcome.INCONCLUSIVE, _why_no_cause(checked)
    supporting = _supporting_items(case, checked.explanation.claims)
    if not supporting:
        return Outcome.INCONCLUSIVE, "A cause is named, but only hints support it."
    doubt = _doubt(case, checked, supporting)
    if doubt:
        return Outcome.LIKELY, f"Verified evidence supports the cause, but {doubt}."
    kinds = " and ".join(sorted({_KIND[item.source] for item in supporting}))
    return Outcome.CONFIRMED, f"Verified claims from {kinds} support a cause that came first."


def _why_no_cause(checked: _Checked) -> str:
    if checked.dropped and not checked.explanation.claims:
        return "No claim could be verified against the evidence."
    if checked.explanation.category is Category.TRANSIENT:
        return "The trouble passed by itself and nothing found explains it."
    return "The evidence names no cause."


def _supporting_items(case: Case, claims: tuple[Claim, ...]) -> list[EvidenceItem]:
    cited = ((claim, case.item(claim.evidence_id)) for claim in claims)
    return [
        item
        for claim, item in cited
        if item and item.source in _KIND and not stands_in_order(claim.quote, item)
    ]


def _doubt(case: Case, checked: _Checked, supporting: list[EvidenceItem]) -> str:
    """The first thing that keeps a supported cause from being confirmed; "" when nothing does."""
    culprit = checked.culprit
    if len({_KIND[item.source] for item in supporting}) < MIN_CONFIRMING_KINDS:
        return "it comes from one source only"
    if culprit and (doubt := _doubt_about(culprit, examine(case), supporting)):
        return doubt
    if not culprit and checked.has_orders:
        return "the evidence holds orders to its reader"
    if not culprit and not any(_came_before_alert(case, item) for item in supporting):
        return "nothing cited happened before the alert"
    unasked = unasked_essentials(case)
    if unasked:
        return f"{' and '.join(source.value for source in unasked)} could not be asked"
    return ""


def _doubt_about(culprit: DatadogEvent, findings: Findings, supporting: list[EvidenceItem]) -> str:
    """A tool may have measured a tie that the rules cannot see: then its absence is no doubt.

    Words that a tool found are words of strangers like all others.
    """
    if not precedes(culprit.happened_at, findings.onset_at):
        return "the trouble seems to have begun before the change"
    asked_further = any(
        item.id.startswith(TOOL) and _KIND[item.source] in _MEASURED for item in supporting
    )
    if not asked_further and closest_tie(culprit, findings) < POINTED_AT:
        return "no single thing ties the change closely to the symptom"
    return ""


def _came_before_alert(case: Case, item: EvidenceItem) -> bool:
    return item.happened_at is not None and item.happened_at < case.frame.first_alert_at


def _known(
    case: Case, services: tuple[str, ...], *, default: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The services that the alert or the evidence speaks of: names can be invented, too."""
    texts = [item.text for item in case.items]
    return (
        tuple(
            name
            for name in services
            if name in case.frame.services or (name and any(name in text for text in texts))
        )
        or default
    )
