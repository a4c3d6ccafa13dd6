"""What the environment may say, and how a bad one is told."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.settings import Settings, variable
from adapters.variables import QUEUES
from domain.errors import Misconfigured
from domain.investigation import Budget

_SECRETS = [
    "DD_API_KEY",
    "DD_APP_KEY",
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_AUTH_TOKEN",
    "DB_PASSWORD",
    "TEMPORAL_API_KEY",
    "QDRANT_API_KEY",
    "RAYNE_WEBHOOK_SECRET",
    "RAYNE_API_TOKEN",
    "RAYNE_NOTIFY_TOKEN",
]


def _refusal(environ: dict[str, str]) -> str:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_env(environ)
    return str(refused.value)


def test_an_empty_environment_embeds_every_part() -> None:
    settings = Settings.from_env({})

    assert settings.uses_sandbox
    assert settings.embeds_postgres
    assert settings.embeds_temporal
    assert settings.embeds_qdrant
    assert not settings.uses_claude
    assert not settings.uses_ollama


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({"DD_API_KEY": "k", "DD_APP_KEY": "k"}, "uses_sandbox"),
        ({"DB_HOST": "db.internal"}, "embeds_postgres"),
        ({"TEMPORAL_ADDRESS": "temporal.internal:7233"}, "embeds_temporal"),
        ({"QDRANT_URL": "http://qdrant.internal:6333"}, "embeds_qdrant"),
    ],
)
def test_each_part_switches_to_the_real_server_when_its_variable_is_set(
    environ: dict[str, str], part: str
) -> None:
    settings = Settings.from_env(environ)

    assert getattr(settings, part) is False


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"])
def test_claude_is_used_with_a_key_or_a_token(name: str) -> None:
    settings = Settings.from_env({name: "secret"})

    assert settings.uses_claude


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_blank_means_unset(blank: str) -> None:
    environ = dict.fromkeys(map(variable, Settings.model_fields), blank)

    settings = Settings.from_env(environ)

    assert settings == Settings.from_env({})


def test_blanks_around_a_value_do_not_count() -> None:
    settings = Settings.from_env({"ANTHROPIC_API_KEY": " key\n"})

    assert settings.anthropic_api_key is not None
    assert settings.anthropic_api_key.get_secret_value() == "key"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("10s", timedelta(seconds=10)),
        ("500ms", timedelta(milliseconds=500)),
        ("30m", timedelta(minutes=30)),
        ("1h30m", timedelta(hours=1, minutes=30)),
        ("2d", timedelta(days=2)),
        ("0s", timedelta(0)),
    ],
)
def test_durations_carry_their_unit(text: str, duration: timedelta) -> None:
    settings = Settings.from_env({"RAYNE_GROUP_WAIT": text})

    assert settings.group_wait == duration


@pytest.mark.parametrize("text", ["10", "s", "-5s", "10 s", "1w", "5s5", "1.5h"])
def test_a_duration_without_a_known_unit_is_refused(text: str) -> None:
    assert "RAYNE_GROUP_WAIT must be a duration such as" in _refusal({"RAYNE_GROUP_WAIT": text})


@pytest.mark.parametrize(
    ("text", "queues"),
    [
        ("main", {"main"}),
        ("model, Compute", {"model", "compute"}),
        ("rayne,rayne-model,rayne-compute", {"main", "model", "compute"}),
    ],
)
def test_queues_are_named_in_short_or_as_temporal_names_them(text: str, queues: set[str]) -> None:
    assert Settings.from_env({"RAYNE_QUEUES": text}).queues == queues


def test_a_worker_serves_all_queues_unless_told_otherwise() -> None:
    assert Settings().queues == set(QUEUES.values())


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RAYNE_API_PORT", "http", "must be a port number from 1 to 65535"),
        ("RAYNE_API_PORT", "0", "must be a port number from 1 to 65535"),
        ("DB_PORT", "70000", "must be a port number from 1 to 65535"),
        ("RAYNE_ANALYZE_NO_DATA", "perhaps", "must be true or false"),
        ("RAYNE_MAX_ANALYSES", "0", "must be a whole number from 1 to 1000"),
        ("DD_API_URL", "api.datadoghq.com", "must be an address such as"),
        ("QDRANT_URL", "http://user:hunter2@qdrant", "must be an address such as"),
        ("OLLAMA_URL", "http://ollama:port", "must be an address such as"),
        ("NOTIFY_SERVER_URLS", "http://a:9999,b:9999", "must be addresses such as"),
        ("DD_SITE", "https://app.datadoghq.eu", "must be a site such as"),
        ("TEMPORAL_ADDRESS", "temporal.internal", "must be host:port"),
        ("DB_SSLMODE", "on", "must be disable, allow, prefer"),
        ("RAYNE_EMBEDDER", "openai", "must be auto, wordllama or ollama"),
        ("RAYNE_QUEUES", "main,mode", "must be some of main, model and compute"),
        ("RAYNE_QUEUES", ",", "must be some of main, model and compute"),
        ("RAYNE_MIGRATIONS", "off", "must be run or wait"),
        ("RAYNE_PL_ACTIONS", "restart", "must be a JSON object of commands"),
        (
            "RAYNE_PL_ACTIONS",
            '{"restart": "podman restart x"}',
            "must be a JSON object of commands",
        ),
        ("RAYNE_PL_ACTIONS", '{"restart": []}', "must be a JSON object of commands"),
        ("RAYNE_PL_ACTIONS", '{"../up": ["true"]}', "must be a JSON object of commands"),
        ("RAYNE_CLAUDE_EFFORT", "heroic", "must be low, medium, high, xhigh or max"),
        ("RAYNE_CLAUDE_MAX_TURNS", "0", "must be a whole number from 1 to 1000"),
        ("RAYNE_CLAUDE_MAX_TOKENS", "0", "must be a whole number of tokens"),
        ("RAYNE_CLAUDE_MAX_DOLLARS", "-1", "must be dollars such as 2 or 0.50"),
        ("RAYNE_DAILY_DOLLARS", "Infinity", "must be dollars such as 2 or 0.50"),
        ("RAYNE_LOG_LEVEL", "loud", "must be debug, info, warning or error"),
        ("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "/no/such.pem", "must be the path of a file"),
    ],
)
def test_a_bad_value_is_told_in_words(name: str, value: str, reason: str) -> None:
    assert f"{name} {reason}" in _refusal({name: value})


def test_one_message_names_every_bad_variable() -> None:
    message = _refusal(
        {
            "RAYNE_API_PORT": "x",
            "DB_PORT": "y",
            "RAYNE_LOOKBACK": "z",
            "DD_API_KEY": "alone",
            "RAYNE_WEBHOK_SECRET": "typo",
        }
    )

    for name in (
        "RAYNE_API_PORT",
        "DB_PORT",
        "RAYNE_LOOKBACK",
        "DD_APP_KEY",
        "RAYNE_WEBHOK_SECRET",
    ):
        assert name in message


def test_no_value_of_any_variable_is_repeated() -> None:
    environ = {variable(field): f"hunter2-{field}" for field in Settings.model_fields}

    message = _refusal(environ | {"RAYNE_UNHEARD_OF": "hunter2-unheard"})

    assert "hunter2" not in message


def test_a_refusal_carries_no_cause_that_holds_the_values() -> None:
    with pytest.raises(Misconfigured) as refused:
        Settings.from_env({"DB_PORT": "hunter2"})

    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("name", _SECRETS)
def test_a_secret_is_not_shown_by_printing_the_settings(name: str) -> None:
    environ = {
        "DD_API_KEY": "k",
        "DD_APP_KEY": "k",
        "TEMPORAL_ADDRESS": "temporal:7233",
        "QDRANT_URL": "http://qdrant:6333",
    }

    settings = Settings.from_env(environ | {name: "hunter2"})

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()


def test_an_unknown_variable_of_ours_is_a_typo_and_the_nearest_name_is_offered() -> None:
    message = _refusal({"RAYNE_GROUP_WIAT": "10s"})

    assert "RAYNE_GROUP_WIAT is not a variable" in message
    assert "did you mean RAYNE_GROUP_WAIT?" in message


def test_unknown_variables_of_others_are_none_of_our_business() -> None:
    settings = Settings.from_env({"DD_TRACE_DEBUG": "true", "TEMPORAL_PROFILE": "x", "HOME": "/"})

    assert settings == Settings()


def test_what_kubernetes_announces_about_a_service_is_not_a_setting() -> None:
    settings = Settings.from_env(
        {
            "RAYNE_API_PORT": "tcp://10.0.0.7:8080",
            "RAYNE_API_PORT_8080_TCP": "tcp://10.0.0.7:8080",
            "RAYNE_API_PORT_8080_TCP_ADDR": "10.0.0.7",
            "RAYNE_API_SERVICE_HOST": "10.0.0.7",
            "RAYNE_API_SERVICE_PORT": "8080",
            "RAYNE_API_SERVICE_PORT_HTTP": "8080",
        }
    )

    assert settings == Settings()


@pytest.mark.parametrize(
    ("name", "value", "partner"),
    [
        ("DD_API_KEY", "k", "DD_APP_KEY"),
        ("DD_APP_KEY", "k", "DD_API_KEY"),
        ("TEMPORAL_API_KEY", "k", "TEMPORAL_ADDRESS"),
        ("TEMPORAL_TLS_CLIENT_CERT_PATH", __file__, "TEMPORAL_TLS_CLIENT_KEY_PATH"),
        ("QDRANT_API_KEY", "k", "QDRANT_URL"),
        ("RAYNE_EMBEDDER", "ollama", "OLLAMA_URL"),
        ("RAYNE_PL_ACTIONS", '{"restart": ["true"]}', "RAYNE_API_TOKEN"),
    ],
)
def test_a_variable_without_its_partner_is_refused(name: str, value: str, partner: str) -> None:
    assert f"{name} needs {partner} beside it" in _refusal({name: value})


def test_the_address_of_ollama_is_enough_to_use_it() -> None:
    settings = Settings.from_env({"OLLAMA_URL": "http://ollama:11434/"})

    assert settings.uses_ollama
    assert settings.ollama_url == "http://ollama:11434"


def test_a_chosen_embedder_beats_the_address_of_another() -> None:
    settings = Settings.from_env(
        {"OLLAMA_URL": "http://ollama:11434", "RAYNE_EMBEDDER": "wordllama"}
    )

    assert not settings.uses_ollama


def test_the_database_is_found_with_any_character_in_the_password() -> None:
    settings = Settings.from_env({"DB_HOST": "db", "DB_PASSWORD": r"a 'b' \c"})

    assert settings.conninfo == (
        r"host='db' port='5432' user='rayne' password='a \'b\' \\c' dbname='rayne'"
        " sslmode='prefer'"
    )


def test_asking_for_a_database_that_nobody_named_says_what_to_do() -> None:
    with pytest.raises(Misconfigured, match="set DB_HOST, or run `rayne up`"):
        _ = Settings().conninfo


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.7", False),
        ("rayne.internal", False),
    ],
)
def test_only_loopback_counts_as_local(host: str, local: bool) -> None:
    settings = Settings.from_env({"RAYNE_API_HOST": host})

    assert settings.is_local is local


def test_the_commands_of_private_locations_are_words_not_lines() -> None:
    settings = Settings.from_env(
        {"RAYNE_PL_ACTIONS": '{"restart": ["systemctl", "restart", "a b"]}', "RAYNE_API_TOKEN": "t"}
    )

    assert settings.pl_actions == {"restart": ("systemctl", "restart", "a b")}


def test_grouping_follows_its_variables() -> None:
    settings = Settings.from_env(
        {
            "RAYNE_GROUP_BY": "team, service",
            "RAYNE_GROUP_IDLE": "1h",
            "RAYNE_ANALYZE_NO_DATA": "yes",
        }
    )

    assert settings.grouping.group_by == ("team", "service")
    assert settings.grouping.group_idle == timedelta(hours=1)
    assert settings.grouping.analyze_no_data


def test_the_budget_follows_its_variables() -> None:
    settings = Settings.from_env(
        {
            "RAYNE_CLAUDE_MAX_TURNS": "5",
            "RAYNE_CLAUDE_MAX_TOKENS": "90000",
            "RAYNE_CLAUDE_MAX_DOLLARS": "0.75",
            "RAYNE_CLAUDE_MAX_TIME": "3m",
        }
    )

    assert settings.budget == Budget(
        turns=5, tokens=90_000, dollars=Decimal("0.75"), time=timedelta(minutes=3)
    )


def test_a_day_is_bounded_where_nobody_says_how_much() -> None:
    assert Settings.from_env({}).daily_dollars == 50


def test_the_embedded_memory_lives_in_the_state_folder() -> None:
    settings = Settings.from_env({"RAYNE_STATE_DIR": "/var/lib/rayne"})

    assert settings.qdrant_path == Path("/var/lib/rayne/qdrant")


def test_the_networks_of_webhooks_are_read() -> None:
    settings = Settings.from_env({"RAYNE_WEBHOOK_NETWORKS": "192.0.2.0/24, 2001:db8::/32"})

    assert [str(network) for network in settings.webhook_networks] == [
        "192.0.2.0/24",
        "2001:db8::/32",
    ]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RAYNE_WEBHOOK_NETWORKS", "192.0.2.7/24"),
        ("RAYNE_WEBHOOK_NETWORKS", "datadog"),
        ("RAYNE_SECRET_KEY", "too short to sign with"),
        ("RAYNE_OPEN_REGISTRATION", "perhaps"),
        ("RAYNE_WEBHOOK_SECRET_PREVIOUS", "lonely"),
    ],
)
def test_a_bad_variable_of_the_door_is_named_and_not_shown(variable: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=variable) as refused:
        Settings.from_env({variable: value})

    assert value not in str(refused.value)


def test_origins_are_read_as_browsers_spell_them() -> None:
    settings = Settings.from_env({"RAYNE_RUM_ORIGINS": "https://Shop.test/, http://localhost:3000"})

    assert settings.rum_origins == ("https://shop.test", "http://localhost:3000")


@pytest.mark.parametrize("origins", ["*", "shop.test", "https://shop.test/page", "https://*.test"])
def test_what_is_no_origin_is_refused(origins: str) -> None:
    with pytest.raises(Misconfigured, match="RAYNE_RUM_ORIGINS must be origins such as"):
        Settings.from_env({"RAYNE_RUM_ORIGINS": origins})
