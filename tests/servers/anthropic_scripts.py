"""Which answer a request gets: by order of arrival, by turn of its conversation, or by character.

A script as JSON is one of

- a list of answers: the n-th request gets the n-th, whoever sends it; the last one repeats.
- `{"turns": [answer, answer, ...]}`: the n-th turn of each conversation gets the n-th, so that
  many analyses may run at once; the last one repeats. In place of an answer may stand a list of
  answers: for the first attempt at that turn, the second and so on; the last one repeats.
- `{"policy": "investigates", "turns": 8, "delay": 0.5}`: a model with a character, one of
  `tests/servers/anthropic_policies.py`. `turns` is how many it takes where it may choose.

An answer is an object, see `tests/servers/anthropic_answers.py`; for example
`{"calls": [{"name": "search_logs", "arguments": {"query": "status:error"}}]}`,
`{"cites_case": true}`, `{"explanation": {"summary": "..."}}`,
`{"status": 529, "error_type": "overloaded_error"}`, each with `"delay"` in seconds.

Where a request forbids tools, an answer with calls is replaced by an explanation with honest
quotes: that is all that the real API would let the model say.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from tests.servers.anthropic_answers import Answer, success
from tests.servers.anthropic_conversation import Conversation, explanation_of
from tests.servers.anthropic_policies import POLICIES, Policy


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turns(_Object):
    """Answers by turn, the same for each conversation."""

    turns: tuple[Answer | tuple[Answer, ...], ...] = Field(min_length=1)

    def answer(self, asked: Conversation, *, request: int, attempt: int) -> Answer:
        wanted = self.turns[min(asked.turn, len(self.turns)) - 1]
        if isinstance(wanted, Answer):
            return wanted
        return wanted[min(attempt, len(wanted)) - 1]


def _known(name: str) -> str:
    if name not in POLICIES:
        raise ValueError(f"there is no policy {name!r}; there are {', '.join(POLICIES)}")
    return name


class Character(_Object):
    """A policy by its name."""

    policy: Annotated[str, AfterValidator(_known)]
    turns: int = 3
    delay: float = 0.0

    def answer(self, asked: Conversation, *, request: int, attempt: int) -> Answer:
        return POLICIES[self.policy](asked, self.turns).model_copy(update={"delay": self.delay})


class Played(_Object):
    """A policy of a test's own."""

    policy: Policy

    def answer(self, asked: Conversation, *, request: int, attempt: int) -> Answer:
        return self.policy(asked, 0)


class Queue(_Object):
    """Answers by order of arrival."""

    answers: tuple[Answer, ...] = Field(min_length=1)

    def answer(self, asked: Conversation, *, request: int, attempt: int) -> Answer:
        return self.answers[min(request, len(self.answers)) - 1]


Script = Turns | Character | Queue | Played

_SCRIPT: TypeAdapter[Turns | Character | tuple[Answer, ...]] = TypeAdapter(
    Turns | Character | tuple[Answer, ...]
)


def read_script(text: bytes) -> Script:
    given = _SCRIPT.validate_json(text)
    return Queue(answers=given) if isinstance(given, tuple) else given


def as_far_as_allowed(answer: Answer, asked: Conversation) -> Answer:
    """The answer, or an explanation where it asks and may not."""
    if not answer.calls or not asked.must_conclude:
        return answer
    return success(explanation_of(asked)).model_copy(update={"delay": answer.delay})
