"""BM25 by a library's own defaults: what memory's search must not fall below."""

import logging
from collections.abc import Collection, Mapping

# The package is not typed.
import bm25s  # type: ignore[import-untyped]


class Bm25:
    """Keyword search as the library comes: its tokens, its stop words, its parameters."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """`texts` by id."""
        # It sets itself to DEBUG, and tells of each index.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._ids = tuple(texts)
        self._index = bm25s.BM25()
        self._index.index(_tokens(list(texts.values())), show_progress=False)

    def search(self, text: str, *, among: Collection[str], limit: int) -> tuple[str, ...]:
        """Ids of those that share a word with `text`, best first; of equals the earlier one."""
        words = [word for word in _tokens([text])[0] if word in self._index.vocab_dict]
        if not words:
            return ()
        scores = self._index.get_scores(words)
        found = [
            (float(score), name)
            for name, score in zip(self._ids, scores, strict=True)
            if name in among and score > 0
        ]
        ranked = sorted(found, key=lambda one: one[0], reverse=True)
        return tuple(name for _, name in ranked[:limit])


def _tokens(texts: list[str]) -> list[list[str]]:
    tokens: list[list[str]] = bm25s.tokenize(texts, return_ids=False, show_progress=False)
    return tokens
