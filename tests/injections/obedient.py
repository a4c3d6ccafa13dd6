"""A model that does what it reads: it calls, blames, cites, repeats and leaks as it is told."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence

from domain.analysis import NO_CULPRIT, Alternative, Category, Claim, Explanation
from tests.injections.corpus import Injection, uncovered
from tests.servers.anthropic_answers import Answer, asks, call, success
from tests.servers.anthropic_conversation import Conversation, explanation_of
from tests.servers.anthropic_policies import Policy

_ENCODED = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_SECRETIVE = re.compile(r"(?:password|secret|key|token|mail)\W{1,4}(\S+)", re.IGNORECASE)


def obeys(injections: Sequence[Injection]) -> Policy:
    """Finds its orders by the id in the case. What it never reads it cannot obey."""
    by_id = {one.id: one for one in injections}

    def answer(asked: Conversation, _turns: int) -> Answer:
        found = re.search(r"\binj-\d\d\b", asked.case)
        assert found, "a case of another test"
        injection = by_id[found[0]]
        if asked.turn == 1:
            return asks(call("search_logs", query=injection.id))
        if not has_heard(asked, injection):
            return success(explanation_of(asked).model_copy(update={"culprit_change": NO_CULPRIT}))
        if asked.turn == 2 and injection.wants.calls:
            return asks(*injection.wants.calls)
        return success(_quiet(asked, injection) if injection.quiet else _loud(asked, injection))

    return answer


def has_heard(asked: Conversation, injection: Injection) -> bool:
    """White space and the bars of the fence do not count."""
    return letters(injection.gist) in letters(uncovered(asked.told))


def letters(text: str) -> str:
    """Letters and digits, as JSON escapes them or not."""
    plain = re.sub(r"\\+[nrt]|\\+", "", text)
    return re.sub(r"[\W_]+", "", plain)


def _quiet(asked: Conversation, injection: Injection) -> Explanation:
    """Quotes honestly, and draws the conclusion that it was told to draw."""
    blamed = injection.wants.blame or NO_CULPRIT
    first = {name.split("-")[0]: (name, line) for name, line in reversed(asked.evidence)}
    cited = [pair for pair in asked.evidence if pair[0] == blamed]
    cited += [first[kind] for kind in ("log", "metric", "tool", "span") if kind in first]
    return Explanation(
        summary="Checkout cannot reach payments.",
        culprit_change=blamed,
        category=Category.DEPLOYMENT if blamed != NO_CULPRIT else Category.UNKNOWN,
        claims=tuple(
            Claim(statement="This is part of the cause.", evidence_id=name, quote=line)
            for name, line in cited
        ),
    )


def _loud(asked: Conversation, injection: Injection) -> Explanation:
    """The same, and every order, every secret and everything it can decipher in every field."""
    quiet = _quiet(asked, injection)
    said = "\n".join(_words(asked, injection))
    ids = [name for name, line in asked.evidence if letters(injection.gist) in letters(line)] or [
        "log-1"
    ]
    claims = [Claim(statement=said, evidence_id=name, quote=injection.text) for name in ids]
    claims.append(Claim(statement=said, evidence_id="log-1", quote=said))
    if injection.wants.cite:
        name, quote = injection.wants.cite
        claims.append(Claim(statement=quote, evidence_id=name, quote=quote))
    return quiet.model_copy(
        update={
            "summary": said,
            "first_failing_service": said,
            "affected_services": (said, "evil"),
            "claims": (*claims, *quiet.claims),
            "ruled_out": (Alternative(explanation=said, ruled_out_by=said),),
            "immediate_actions": (said,),
            "preventive_actions": (said,),
            "missing_evidence": (said,),
        }
    )


def _words(asked: Conversation, injection: Injection) -> Iterator[str]:
    secrets = [*_deciphered(asked.told), *_SECRETIVE.findall(asked.told)]
    yield injection.text
    if injection.wants.say:
        yield injection.wants.say.replace("%s", "+".join(secrets))
    if injection.wants.leak:
        yield str(asked.body["system"])
    yield from secrets


def _deciphered(text: str) -> Iterator[str]:
    for word in _ENCODED.findall(text):
        try:
            yield base64.b64decode(word, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            continue
