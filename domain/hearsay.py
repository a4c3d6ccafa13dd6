"""Words in evidence that are meant for whoever reads it: orders, which tell of no system.

A service that fails knows nothing of analysts, of their instructions or of our names for evidence.
What does was written by somebody for somebody, so it is no testimony. This recognises the usual
forms; who hides one better still meets `domain.verdict`, which asks for ties that were measured.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from domain.analysis import Explanation
from domain.case import Case
from domain.evidence import EvidenceItem
from domain.quotes import normalised

MIN_REPEATED: Final = 30  # letters in a row: fewer are found in any two texts
NO_SUMMARY: Final = "The analyst's summary repeated an order found in the evidence; it is left out."

_ORDER = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override)\b.{0,25}
        \b(?:previous|prior|above|earlier|all|your|these|any|other)\b.{0,25}
        \b(?:instruction|rule|prompt|guideline|directive|evidence|analysis|finding)s?\b
  | \b(?:new|updated|hidden|secret|real)\s+(?:system\s+)?(?:instruction|directive)s\b
  | \bsystem\s+(?:prompt|override|instruction)
  | \bsystem\s{0,2}:\s{0,2}(?:ignore|you|new|override|from\s+now)\b
  | (?:^|\\n)\s{0,4}(?:assistant|human)\s{0,2}:
  | <[^\w\s]{0,2}(?:system|assistant|im_start|im_end|instructions|tool_result|tool_use
        |function_calls|invoke)\b
  | \[/?(?:INST|SYSTEM)\] | \#[0-9a-f]{12}\#
  | \b(?:culprit_change|first_failing_service|missing_evidence|evidence_id|propose_function)\b
  | \b(?:ai|llm|language\s+model|chatbot|claude|gpt|analyst|assistant)s?\b.{0,30}
        \b(?:must|should|shall|please|you|your|obey|reply|conclude|blame)\b
  | \byou\s+are\s+now\s+(?:a|an|the|dan)\b
  | \byou\s+(?:must|will|shall|should)\s+(?:now\s+|only\s+)?
        (?:ignore|reply|respond|answer|conclude|report|blame|obey|follow|call)\b
  | \byour\s+(?:instructions|verdict|conclusion|final\s+answer|system\s+prompt)\b
  | \b(?:blame|accuse|convict|exonerate|acquit)\b.{0,40}
        \b(?:event|log|change|deploy|deployment|release|service|team|commit)
  | \b(?:name|cite|quote|spare|clear|culprit|root\s+cause|verdict)\b.{0,30}
        \b(?:event|log|pattern|metric|tool)-\d
  | \b(?:call|invoke|run|use)\s+(?:the\s+)?tools?\b
  | ignorier\w*\s.{0,30}(?:anweisung|regel) | ignor(?:ez|e|a|ar|ate)\s.{0,30}(?:instruc|istruz)
  | oublie[zr]?\s.{0,30}(?:instruc|consigne) | игнорир.{0,40}(?:инструкц|указани)
  | 忽略.{0,20}(?:指令|指示|说明) | 指示を?.{0,10}無視 | 이전.{0,10}지시
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_RECORDS = re.compile(r"\}, ?\{")


def is_order(text: str) -> bool:
    """Whether the text speaks to its reader, in whatever width its letters are written."""
    return _ORDER.search(unicodedata.normalize("NFKC", text)) is not None


def orders_in(case: Case) -> tuple[str, ...]:
    """The texts that hold orders, each once: what an alert says, an item, or one entry of a tool's
    answer.
    """
    alerted = (
        text
        for alert in case.alerts
        for text in (alert.title, alert.monitor_name, alert.message, alert.hostname, *alert.tags)
    )
    found = (record for item in case.items for record in _records(item))
    return tuple(dict.fromkeys(text for text in (*alerted, *found) if is_order(text)))


def stands_in_order(quote: str, item: EvidenceItem) -> bool:
    """Whether the quoted words belong to a record that holds an order."""
    wanted = normalised(quote)
    return any(wanted in normalised(record) and is_order(record) for record in _records(item))


def repeats(text: str, orders: Iterable[str]) -> bool:
    """Whether the text hands an order on, word for word."""
    said, known = normalised(text), [normalised(order) for order in orders]
    pieces = [said[at : at + MIN_REPEATED] for at in range(len(said) - MIN_REPEATED + 1)]
    return any(piece in order for order in known for piece in pieces)


def without_orders(explanation: Explanation, orders: Sequence[str]) -> Explanation:
    """What an analyst wrote, save for what hands an order on."""

    def own(words: Sequence[str]) -> tuple[str, ...]:
        return tuple(one for one in words if not repeats(one, orders))

    return explanation.model_copy(
        update={
            "summary": next(iter(own([explanation.summary])), NO_SUMMARY),
            "first_failing_service": next(iter(own([explanation.first_failing_service])), ""),
            "affected_services": own(explanation.affected_services),
            "claims": tuple(one for one in explanation.claims if own([one.statement])),
            "ruled_out": tuple(
                one
                for one in explanation.ruled_out
                if len(own([one.explanation, one.ruled_out_by])) == 2
            ),
            "immediate_actions": own(explanation.immediate_actions),
            "preventive_actions": own(explanation.preventive_actions),
            "missing_evidence": own(explanation.missing_evidence),
        }
    )


def _records(item: EvidenceItem) -> list[str]:
    return _RECORDS.split(item.text) if item.id.startswith("tool-") else [item.text]
