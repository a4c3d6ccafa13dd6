"""Words that two texts share for a reason: names of things, not what every log talks about."""

import re
from collections.abc import Iterable

MIN_WORD = 4  # letters
MIN_STEM = 6  # common letters that make two words one: calculate, calculator

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_EVERYDAY_TEXT = """
    about above added after again alert application avg back because been before begin begins began
    being below build built call called calls cannot change changed changes cluster code commit
    completed config configuration connect connected connecting connection could count critical
    current default deploy deployed deployment deployments disable disabled does done down each
    enable enabled env environment error errors event events every exception exceptions execute
    failed failing fails failure false feature finished fixed flag from function given handle
    handler have high hotfix http https increase increased info initial instance into invalid
    issue java kubernetes last level limit line lines load local main message messages metric
    minor minutes missing monitor more name namespace none null object once only over patch
    pipeline pod pods prod production pull python rate rates reached received refactor release
    released removed replica replicas request requests response result retry retrying return
    returned rolled rolling rollout root running seconds server service services size staging
    start started state status success successful system test tests that their them then there
    these this threw throw time timed timeout times trace tried true type unable unexpected
    unknown update updated updates upgrade user users using value values version wait waiting
    warn warning were when which will with without worker would
    """
_EVERYDAY = frozenset(_EVERYDAY_TEXT.split())


def words_of(text: str) -> frozenset[str]:
    """Lower-case words of some length, names in camel case taken apart, everyday words left out."""
    found = (word.lower() for word in _WORD.findall(text))
    return frozenset(word for word in found if len(word) >= MIN_WORD and word not in _EVERYDAY)


def shared(words: Iterable[str], others: Iterable[str]) -> list[str]:
    """The `words` that also stand among `others`, a common stem being enough; sorted."""
    pool = frozenset(map(_stem, others))
    return sorted(word for word in words if _stem(word) in pool)


def _stem(word: str) -> str:
    """Two words are the same where this is: their first letters, or all of a short one."""
    return word[:MIN_STEM]
