"""Kingfisher, MongoDB's secret scanner: hundreds of issuers' tokens, found without a network."""

import asyncio
from typing import Final

from kingfisher_sdk import Rules, Scanner

from domain.errors import Misconfigured
from domain.secret_rules import REDACTED

TIMEOUT: Final = 5.0  # seconds for one text, which takes some ten microseconds
CONFIDENCE: Final = "medium"
SHORTEST: Final = 8  # characters; what is shorter stands in too many places


class Kingfisher:
    """A rule for `domain.redaction`. It only detects: what it finds is never tried out."""

    def __init__(self, scanner: Scanner) -> None:
        self._scanner = scanner

    @classmethod
    async def load(cls) -> "Kingfisher":
        """Half a second; some more where the compiled rules are not in the user's cache yet.

        Raises Misconfigured where it cannot run: nothing may leave unchecked.
        """
        try:
            return await asyncio.to_thread(cls._load)
        except (OSError, RuntimeError, ValueError) as error:
            raise Misconfigured("the secret scanner could not load its rules") from error

    @classmethod
    def _load(cls) -> "Kingfisher":
        # Base64 is decoded by our own rules, which know where in the text it stood.
        return cls(Scanner(Rules(confidence=CONFIDENCE), base64=False))

    def __call__(self, text: str) -> str:
        """Without the secrets found. Whatever it raises, the caller withholds the text."""
        for finding in self._scanner.scan(text, timeout=TIMEOUT):
            if len(finding.secret) >= SHORTEST:
                text = text.replace(finding.secret, REDACTED)
        return text
