"""Claude without Rayne: the same evidence in one question, to see what all the rest is worth."""

from typing import Final

from adapters.claude import MAX_TOKENS, Claude
from adapters.claude_reply import read_reply
from domain.analysis import Draft

_QUESTION: Final = """\
A Datadog monitor alerted. Below is what was collected around the alert; each piece has an id.
Which change caused it? Answer with that change's evidence id as culprit_change, or "none", and
with the service that failed first. Back each claim with an evidence id and a quote from it.

"""


class ClaudeAlone(Claude):
    """No instructions, no tools, no second turn; only the answer's shape is the same."""

    async def answer(self, evidence: str) -> Draft:
        """One paid call, without retries. Raises as `explain` does."""
        async with self._in_our_words("answer at once"):
            response = await self._client.messages.with_raw_response.create(
                model=self._model,
                max_tokens=MAX_TOKENS,
                output_config=self._output,
                messages=[{"role": "user", "content": _QUESTION + evidence}],
            )
            body = await response.text()
        return read_reply(body)
