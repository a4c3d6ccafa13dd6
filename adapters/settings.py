"""Configuration: read once at the edge, then passed around as a value."""

import ipaddress
import os
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from adapters import variables
from adapters.variables import (
    Actions,
    AutoWriteChoice,
    Count,
    DatadogSite,
    Dimension,
    Dollars,
    Duration,
    Effort,
    EmbedderChoice,
    ExistingFile,
    Folder,
    HostAndPort,
    Keep,
    Labels,
    LogFormat,
    LogLevel,
    MigrationsChoice,
    Networks,
    Origins,
    Port,
    Queues,
    Secret,
    Share,
    SigningKey,
    SslMode,
    Switch,
    Text,
    Tokens,
    WebAddress,
    WebAddresses,
)
from domain.errors import Misconfigured
from domain.functions import AutoWrite
from domain.incidents import GroupingRules
from domain.investigation import Budget
from domain.retention import RetentionRules

# These keep the names that their own tools gave them; every other variable is RAYNE_<FIELD>.
_NAMED_ELSEWHERE = (
    "anthropic_",
    "db_",
    "dd_",
    "notify_server_",
    "ollama_url",
    "otel_",
    "qdrant_",
    "temporal_address",
    "temporal_api_key",
    "temporal_namespace",
    "temporal_tls",
)

# A variable that is useless without its partner.
_PARTNERS = (
    ("DD_API_KEY", "DD_APP_KEY"),
    ("DD_APP_KEY", "DD_API_KEY"),
    ("TEMPORAL_API_KEY", "TEMPORAL_ADDRESS"),
    ("TEMPORAL_TLS_CLIENT_CERT_PATH", "TEMPORAL_TLS_CLIENT_KEY_PATH"),
    ("TEMPORAL_TLS_CLIENT_KEY_PATH", "TEMPORAL_TLS_CLIENT_CERT_PATH"),
    ("QDRANT_API_KEY", "QDRANT_URL"),
    ("RAYNE_PL_ACTIONS", "RAYNE_API_TOKEN"),
    ("RAYNE_WEBHOOK_SECRET_PREVIOUS", "RAYNE_WEBHOOK_SECRET"),
)


_OTLP = "http/protobuf"  # what we send traces by


def variable(field: str) -> str:
    """The environment variable that sets a field."""
    return field.upper() if field.startswith(_NAMED_ELSEWHERE) else f"RAYNE_{field.upper()}"


# Beside the packages, as in a checkout and in the image.
ASSETS = Path(__file__).parents[1] / "assets"


class Settings(BaseModel):
    """Everything an operator can choose. Each field is read from `variable(field)`."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        alias_generator=variable,
        populate_by_name=True,
    )

    # Datadog. Without keys the sandbox plays its part.
    dd_api_key: Secret | None = None
    dd_app_key: Secret | None = None
    dd_site: DatadogSite | None = None  # implies both addresses; none of the three: datadoghq.com
    dd_api_url: WebAddress | None = None
    dd_app_url: WebAddress | None = None  # where people open notebooks

    # Claude. Without a key or token the rules analyst writes the reports.
    anthropic_api_key: Secret | None = None
    anthropic_auth_token: Secret | None = None
    anthropic_base_url: WebAddress | None = None
    claude_model: Text = "claude-sonnet-5-5"
    claude_timeout: Duration = timedelta(minutes=4)  # of one request
    claude_deadline: Duration = timedelta(minutes=15)  # then the rules analyst delivers
    claude_effort: Effort | None = None  # how hard it thinks; None: as the model does by itself
    # What one analysis may spend before Claude must conclude, and all of a day (UTC) together.
    claude_max_turns: Count = 12
    claude_max_tokens: Tokens = 600_000  # read and written, cached ones included
    claude_max_dollars: Dollars = Decimal(2)
    claude_max_time: Duration = timedelta(minutes=10)
    daily_dollars: Dollars = Decimal(50)  # then the rules analyst writes until midnight

    # PostgreSQL. Without a host an embedded server is started.
    db_host: Text | None = None
    db_port: Port = 5432
    db_user: Text = "rayne"
    db_password: Secret | None = None
    db_name: Text = "rayne"
    db_sslmode: SslMode = "prefer"
    migrations: MigrationsChoice = "run"  # wait: until `rayne migrate` has run them

    # Temporal. Without an address an embedded server is started.
    temporal_address: HostAndPort | None = None
    temporal_namespace: Text = "default"
    temporal_api_key: Secret | None = None
    temporal_tls: Switch | None = None  # None: on where a key or certificate is given
    temporal_tls_client_cert_path: ExistingFile | None = None
    temporal_tls_client_key_path: ExistingFile | None = None
    temporal_tls_server_ca_cert_path: ExistingFile | None = None
    temporal_tls_server_name: Text | None = None

    # Memory. Without a Qdrant server a folder holds it.
    qdrant_url: WebAddress | None = None
    qdrant_api_key: Secret | None = None
    embedder: EmbedderChoice = "auto"  # auto: Ollama where its address is given, else wordllama
    ollama_url: WebAddress | None = None
    ollama_model: Text = "embeddinggemma"
    ollama_dimension: Dimension = 768  # how many numbers that model gives for a text

    # Grouping alerts into incidents, and what an analysis looks at.
    group_by: Labels = ("env", "service")
    group_wait: Duration = timedelta(seconds=10)
    group_idle: Duration = timedelta(minutes=30)
    analyze_no_data: Switch = False
    window_before: Duration = timedelta(minutes=25)
    window_after: Duration = timedelta(minutes=5)
    lookback: Duration = timedelta(hours=6)  # how far back baselines and changes are sought
    max_analyses: Count = 10  # at once, on all workers together; the others wait in line

    queues: Queues = frozenset({"main", "model", "compute"})  # that a worker serves

    # Worker versioning. Without a build id any worker may go on with any run.
    build_id: Text | None = None  # of the code that a worker runs: an image's tag, a commit

    drain: Duration = timedelta(seconds=20)  # for steps under way when a worker is told to stop

    # How long what is stored is kept, once nothing is under way with it.
    keep_deliveries: Keep = timedelta(days=90)
    keep_evidence: Keep = timedelta(days=30)  # and what models said; what a report cites stays
    keep_rum: Keep = timedelta(days=90)
    keep_audit: Keep = timedelta(days=400)

    # Traces, by their own variables' names. Without an address there are none.
    otel_exporter_otlp_endpoint: WebAddress | None = None  # of an Agent or a collector
    otel_service_name: Text | None = None
    otel_traces_sampler_arg: Share = 1.0  # of traces that begin here
    dd_service: Text | None = None
    dd_env: Text | None = None
    dd_version: Text | None = None

    # Downtimes that webhook configs ask for.
    downtime_grace: Duration = timedelta(minutes=5)  # between recovery and lifting
    downtime_cap: Duration = timedelta(hours=24)  # of what a config may ask for

    # Forwarding. Public addresses only, unless receivers on private ones are meant.
    forward_private: Switch = False

    # Who may call, and where.
    url: WebAddress | None = None  # of the Rayne that commands ask; None: the one on this machine
    api_host: Text = "127.0.0.1"
    api_port: Port = 8080
    agent_port: Port = 9000
    worker_port: Port = 9464  # metrics and health of a worker that runs alone
    sandbox_port: Port = 8090
    temporal_port: Port = 7233  # of the embedded server
    temporal_ui_port: Port = 8233  # of the embedded server
    webhook_secret: Secret | None = None
    webhook_secret_previous: Secret | None = None  # still taken, while Datadog is told the new
    webhook_networks: Networks = ()  # where webhooks come from; none: from anywhere
    api_token: Secret | None = None
    secret_key: SigningKey | None = None  # signs logins; without it one is made and stored
    open_registration: Switch = False  # whether strangers may register, as viewers
    user_password: Secret | None = None  # for `rayne user`, where nobody can type

    # Desktops that are told of incidents. Without an address nobody is.
    notify_server_urls: WebAddresses = ()
    notify_server_url: WebAddress | None = None  # one, where the list names none
    notify_token: Secret | None = None  # of all of them

    # Visits (RUM). Pages of Rayne's own origin may count theirs anyway.
    rum_origins: Origins = ()  # of pages such as https://shop.example.com

    # Made-up data to look around with. None: on where only this machine can call.
    demo: Switch | None = None

    # Commands for private locations, by action. Without any, the endpoint answers 501.
    pl_actions: Actions = Field(default_factory=dict)
    pl_timeout: Duration = timedelta(seconds=60)  # then a command is killed

    state_dir: Folder = Path(".rayne")
    auto_write: AutoWriteChoice = AutoWrite.REVIEW  # who approves functions that are added
    assets_dir: Folder = ASSETS  # templates of reports, and notes for the investigator
    log_level: LogLevel = "info"
    log_format: LogFormat = "auto"  # auto: text on a terminal, else JSON

    @classmethod
    def load(cls) -> Self:
        """The settings of this process."""
        return cls.from_env(os.environ)  # noqa: TID251 -- the one place that reads it

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Reads every variable, or raises one Misconfigured that names all bad ones.

        No value is repeated in the message: any of them may be a secret.
        """
        known = {variable(field): field for field in cls.model_fields}
        given = variables.given(environ)
        problems = variables.misspelled(given, known) + _lonely(given)
        try:
            settings = cls.model_validate({name: given[name] for name in known if name in given})
        except ValidationError as error:
            bad = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors())
            problems += [
                f"{name} must be {variables.expectation(cls.model_fields[known[name]])}"
                for name in bad
            ]
        if problems:
            # Not `from` pydantic's error: that one still holds the values.
            raise Misconfigured(f"bad environment variables: {'; '.join(problems)}") from None
        return settings

    @property
    def uses_sandbox(self) -> bool:
        return self.dd_api_key is None

    @property
    def embeds_postgres(self) -> bool:
        return self.db_host is None

    @property
    def embeds_temporal(self) -> bool:
        return self.temporal_address is None

    @property
    def embeds_qdrant(self) -> bool:
        return self.qdrant_url is None

    @property
    def uses_claude(self) -> bool:
        return self.anthropic_api_key is not None or self.anthropic_auth_token is not None

    @property
    def uses_ollama(self) -> bool:
        return self.ollama_url is not None and self.embedder != "wordllama"

    @property
    def qdrant_path(self) -> Path:
        """The folder of the embedded memory. One process at a time may open it."""
        return self.state_dir / "qdrant"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the API."""
        if self.api_host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.api_host).is_loopback
        except ValueError:
            return False

    @property
    def grouping(self) -> GroupingRules:
        return GroupingRules(
            group_by=self.group_by,
            group_wait=self.group_wait,
            group_idle=self.group_idle,
            analyze_no_data=self.analyze_no_data,
        )

    @property
    def notify_addresses(self) -> tuple[str, ...]:
        one = (self.notify_server_url,) if self.notify_server_url else ()
        return tuple(dict.fromkeys(self.notify_server_urls)) or one

    @property
    def retention(self) -> RetentionRules:
        return RetentionRules(
            deliveries=self.keep_deliveries,
            evidence=self.keep_evidence,
            rum=self.keep_rum,
            audit=self.keep_audit,
        )

    @property
    def budget(self) -> Budget:
        return Budget(
            turns=self.claude_max_turns,
            tokens=self.claude_max_tokens,
            dollars=self.claude_max_dollars,
            time=self.claude_max_time,
        )

    @property
    def conninfo(self) -> str:
        """How libpq finds the database. Holds the password: never log it."""
        if self.db_host is None:
            raise Misconfigured("there is no database: set DB_HOST, or run `rayne up`")
        parts: dict[str, str | None] = {
            "host": self.db_host,
            "port": str(self.db_port),
            "user": self.db_user,
            "password": _shown(self.db_password),
            "dbname": self.db_name,
            "sslmode": self.db_sslmode,
        }
        return " ".join(f"{key}={_quoted(value)}" for key, value in parts.items() if value)


def _lonely(given: Mapping[str, str]) -> list[str]:
    problems = [
        f"{name} needs {partner} beside it"
        for name, partner in _PARTNERS
        if name in given and partner not in given
    ]
    if given.get("RAYNE_EMBEDDER", "").lower() == "ollama" and "OLLAMA_URL" not in given:
        problems.append("RAYNE_EMBEDDER needs OLLAMA_URL beside it to be ollama")
    spoken = given.get("OTEL_EXPORTER_OTLP_PROTOCOL", _OTLP)
    if spoken != _OTLP and "OTEL_EXPORTER_OTLP_ENDPOINT" in given:
        problems.append(f"OTEL_EXPORTER_OTLP_PROTOCOL must be {_OTLP}, on port 4318 as a rule")
    return problems


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def _quoted(value: str) -> str:
    """A libpq connection value: blanks, quotes and backslashes survive."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
