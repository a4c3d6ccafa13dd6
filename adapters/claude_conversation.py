"""An investigation as messages for Claude: the digest, its questions, our answers.

Rebuilt from what is stored for each turn, and only ever longer: what was sent once is sent again
letter by letter, or neither the prompt cache nor the model's own thinking would survive.
"""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from anthropic.types import (
    CacheControlEphemeralParam,
    ContentBlockParam,
    MessageParam,
    TextBlockParam,
    ToolParam,
    ToolResultBlockParam,
)

from adapters.claude_fence import MAX_LIST, Section, cut, fenced, mark_of, word
from adapters.claude_prompt import STATUS, opening_of
from domain.case import Case
from domain.digest import Digest, DigestSection
from domain.evidence import SourceStatus
from domain.investigation import ToolDescription, ToolResult, Transcript, Turn
from domain.redaction import redact

Answers = list[TextBlockParam | ToolResultBlockParam]

CACHED: Final[CacheControlEphemeralParam] = {"type": "ephemeral"}
_UNREADABLE: Final = (
    "YOUR ANSWER COULD NOT BE READ: it was neither a call of a tool nor a conclusion in the agreed "
    "schema. Answer again."
)
_FORCED: Final = (
    "NO MORE QUESTIONS: {why}. Conclude now from what you have, and name in missing_evidence what "
    "you could not find out."
)


def described(tools: Sequence[ToolDescription]) -> list[ToolParam]:
    """In the order given, which must not change during an investigation."""
    return [
        {"name": tool.name, "description": tool.description, "input_schema": {**tool.parameters}}
        for tool in tools
    ]


def messages(
    case: Case, digest: Digest, transcript: Transcript, *, conclude: str
) -> list[MessageParam]:
    """All that was said so far. The last message is ours and asks for the next turn."""
    opening = (*opening_of(case), *map(_section, digest.sections), _end(digest))
    mark = mark_of(opening)
    ours: list[Answers] = [[_text(fenced(opening, mark))]]
    theirs: list[Turn] = []
    for turn in transcript.turns:
        ours[-1] += _forbidding(turn.forced_by, mark)
        if _asked_in(turn):
            theirs.append(turn)
            ours.append(_answers(turn, transcript.results_of(turn.number), mark))
        else:
            ours[-1].append(_text(f"{mark} {_UNREADABLE}"))
    ours[-1] += _forbidding(conclude, mark)
    if not conclude:  # forbidding tools begins another cache, which nobody would read again
        _mark_for_cache(ours)
    return list(_in_turns(ours, theirs))


def _section(section: DigestSection) -> Section:
    if not section.evidence_id:
        return Section(section.heading, _without_secrets(section.lines))
    heading = f"EVIDENCE {word(section.evidence_id)} ({section.heading})"
    return Section(heading, _without_secrets(section.lines))


def _end(digest: Digest) -> Section:
    if not digest.left_out:
        return Section("END OF THE CASE. No evidence was left out.")
    ids = cut(", ".join(map(word, digest.left_out)), MAX_LIST)
    return Section(
        f"END OF THE CASE. Left out for lack of room: {len(digest.left_out)} pieces of evidence"
        f" ({ids})."
    )


def _without_secrets(lines: Sequence[str]) -> tuple[str, ...]:
    """Checked at the last gate too, whoever wrote the lines. As one text: some keys have many."""
    return (redact("\n".join(lines)),) if lines else ()


def _forbidding(why: str, mark: str) -> Answers:
    return [_text(f"{mark} {_FORCED.format(why=why)}")] if why else []


def _asked_in(turn: Turn) -> list[str]:
    """The ids of the turn's calls as the model wrote them: each must be answered."""
    return [str(block["id"]) for block in turn.content if block.get("type") == "tool_use"]


def _answers(turn: Turn, results: Sequence[ToolResult], mark: str) -> Answers:
    by_call = {result.call_id: result for result in results}
    return [_answer(id_, by_call.get(id_), mark) for id_ in _asked_in(turn)]


def _answer(call_id: str, result: ToolResult | None, mark: str) -> ToolResultBlockParam:
    text = f"{mark} NOT ASKED." if result is None else fenced([_result(result)], mark)
    failed = result is None or result.status is SourceStatus.COULD_NOT_ASK
    return {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": failed}


def _result(result: ToolResult) -> Section:
    name = f"EVIDENCE {word(result.item.id)}" if result.item else "ANSWER"
    heading = f"{name} ({word(result.tool)}): {STATUS[result.status]}"
    # A record a line is easier to quote, and white space does not count in a quote.
    return Section(heading, (redact(result.text).replace("}, {", "},\n{"),))


def _text(text: str) -> TextBlockParam:
    return {"type": "text", "text": text}


def _mark_for_cache(ours: list[Answers]) -> None:
    """The last block, for the next turn to read; the one before, which was the last one then; and
    the digest, which a long turn must not push out of reach.
    """
    for answers in (ours[0], *ours[-2:]):
        answers[-1]["cache_control"] = CACHED


def _in_turns(ours: Sequence[Answers], theirs: Sequence[Turn]) -> Iterator[MessageParam]:
    yield {"role": "user", "content": ours[0]}
    for turn, answers in zip(theirs, ours[1:], strict=True):
        # Blocks of the API itself, which it takes back as they are.
        yield {"role": "assistant", "content": cast("list[ContentBlockParam]", [*turn.content])}
        yield {"role": "user", "content": answers}
