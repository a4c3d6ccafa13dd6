"""Where the parts of a running stack are: written by `rayne up`, read by every other command."""

from pydantic import AwareDatetime, SecretStr, ValidationError

from adapters.embedded.state import StateFolder
from adapters.settings import Settings
from domain.errors import Unavailable
from domain.values import Value

_ANY_KEY = SecretStr("sandbox")  # it takes every key


class Embedded(Value):
    """The servers that were started beside us. None: that one is configured, and not ours."""

    postgres_host: str | None = None  # the folder of its socket
    postgres_user: str = ""
    temporal: str | None = None  # host:port
    temporal_ui: str | None = None
    sandbox: str | None = None

    def aim(self, settings: Settings) -> Settings:
        """The same settings, pointing to these servers."""
        changes: dict[str, object] = {}
        if self.postgres_host:
            changes |= {
                "db_host": self.postgres_host,
                "db_user": self.postgres_user,
                "db_sslmode": "disable",
            }
        if self.temporal:
            changes |= {"temporal_address": self.temporal}
        if self.sandbox:
            changes |= {
                "dd_api_key": _ANY_KEY,
                "dd_app_key": _ANY_KEY,
                "dd_api_url": self.sandbox,
                "dd_app_url": self.sandbox,
            }
        return settings.model_copy(update=changes)


class Stack(Embedded):
    """Addresses and no secrets, so that it may lie in a file."""

    pid: int
    started_at: AwareDatetime
    api: str
    agent: str
    temporal_namespace: str

    def write(self, state: StateFolder) -> None:
        """Readers see no stack or a whole one, never half of it."""
        draft = state.stack_file.with_suffix(".new")
        draft.write_text(self.model_dump_json(indent=2))
        draft.replace(state.stack_file)

    @classmethod
    def read(cls, state: StateFolder) -> "Stack":
        """Raises Unavailable where no stack was started in this folder."""
        try:
            return cls.model_validate_json(state.stack_file.read_text())
        except (OSError, ValidationError) as error:
            raise Unavailable(f"no stack runs in {str(state.root)!r}: start `rayne up`") from error


def running_stack(state: StateFolder) -> Stack | None:
    """The stack of this folder, if it runs: a file that a kill -9 left behind does not count."""
    try:
        return Stack.read(state) if state.is_open() else None
    except Unavailable:
        return None
