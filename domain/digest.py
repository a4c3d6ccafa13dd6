"""What an analyst reads first: the evidence of a case, ranked, within a budget of tokens."""

from domain.values import Value


class DigestSection(Value):
    """A heading of ours, and lines of data from outside under it, which are to be fenced."""

    heading: str
    lines: tuple[str, ...] = ()
    evidence_id: str = ""  # of the item that the lines tell of; "" for what cannot be cited


class Digest(Value):
    """Sections in the order to be read. `shown` and `left_out` are evidence ids."""

    sections: tuple[DigestSection, ...]
    shown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
