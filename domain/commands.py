"""What a command of the operator's said."""

from domain.values import Value


class CommandResult(Value):
    exit_code: int  # negative: the signal that ended it
    stdout: str
    stderr: str
    truncated: bool  # either was longer than we keep
    seconds: float
