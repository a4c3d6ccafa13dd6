"""What an environment variable may hold, and how a bad one is told without showing its value."""

import difflib
import ipaddress
import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, FilePath, SecretStr
from pydantic.fields import FieldInfo

from domain.functions import AutoWrite

# How task queues are called in Temporal -> how they are called here.
QUEUES = {"rayne": "main", "rayne-model": "model", "rayne-compute": "compute"}

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(?:\d+(?:ms|s|m|h|d))+")
_PART = re.compile(r"(\d+)(ms|s|m|h|d)")

# Kubernetes and Docker announce a service called "rayne-api" in variables that look like ours,
# RAYNE_API_PORT=tcp://10.0.0.7:8080 among them. Nobody means those as settings.
_SERVICE_LINK_NAME = re.compile(r"_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$|_PORT_\d+_(TCP|UDP)(_\w+)?$")
_SERVICE_LINK_VALUE = re.compile(r"(tcp|udp)://[^/]*:\d+$")


def _duration(text: object) -> object:
    if not isinstance(text, str):
        return text
    if not _DURATION.fullmatch(text):
        raise ValueError
    return timedelta(seconds=sum(int(n) * _UNITS[unit] for n, unit in _PART.findall(text)))


def _keep(text: object) -> object:
    return None if text == "forever" else _duration(text)


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError
    _ = parts.port  # raises ValueError where it is no number
    return text.rstrip("/")


def _words(text: object) -> object:
    if not isinstance(text, str):
        return text
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _queues(text: object) -> object:
    """By a short name or by the name that Temporal has for it."""
    words = _words(text)
    if not isinstance(words, tuple):
        return words
    return frozenset(QUEUES.get(word.lower(), word.lower()) for word in words)


def _networks(text: object) -> object:
    words = _words(text)
    if not isinstance(words, tuple):
        return words
    return tuple(ipaddress.ip_network(word) for word in words)


def _origins(text: object) -> object:
    """As browsers spell them."""
    words = _words(text)
    if not isinstance(words, tuple):
        return words
    return tuple(word.lower().rstrip("/") for word in words)


def _json(text: object) -> object:
    return json.loads(text) if isinstance(text, str) else text  # its error is a ValueError


def _lower(text: object) -> object:
    return text.lower() if isinstance(text, str) else text


# A description finishes the sentence "NAME must be ...".
Text = Annotated[str, Field(min_length=1, description="a text")]
Secret = Annotated[SecretStr, Field(description="a text")]
SigningKey = Annotated[
    SecretStr, Field(min_length=32, description="a text of 32 characters or more")
]
Port = Annotated[int, Field(ge=1, le=65535, description="a port number from 1 to 65535")]
Count = Annotated[int, Field(ge=1, le=1000, description="a whole number from 1 to 1000")]
Dimension = Annotated[int, Field(ge=1, le=65536, description="a whole number from 1 to 65536")]
Tokens = Annotated[int, Field(ge=1, description="a whole number of tokens")]
Dollars = Annotated[
    Decimal,
    Field(ge=0, decimal_places=4, allow_inf_nan=False, description="dollars such as 2 or 0.50"),
]
Switch = Annotated[bool, Field(description="true or false")]
Queues = Annotated[
    frozenset[Literal["main", "model", "compute"]],
    BeforeValidator(_queues),
    Field(min_length=1, description="some of main, model and compute, separated by commas"),
]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    Field(description="a duration such as 500ms, 10s, 5m or 1h30m"),
]
Keep = Annotated[
    timedelta | None,
    BeforeValidator(_keep),
    Field(ge=timedelta(days=1), description="a day or more, such as 90d, or forever"),
]
WebAddress = Annotated[
    str,
    AfterValidator(_web_address),
    Field(description="an address such as https://host:port, without a user name or password"),
]
WebAddresses = Annotated[
    tuple[Annotated[str, AfterValidator(_web_address)], ...],
    BeforeValidator(_words),
    Field(description="addresses such as http://host:9999, separated by commas"),
]
HostAndPort = Annotated[
    str,
    Field(pattern=r"^(\[[0-9a-fA-F:]+\]|[^\s:/@]+):\d{1,5}$", description="host:port"),
]
DatadogSite = Annotated[
    str,
    BeforeValidator(_lower),
    Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", description="a site such as datadoghq.eu"),
]
Labels = Annotated[
    tuple[str, ...], BeforeValidator(_words), Field(description="labels, separated by commas")
]
Origins = Annotated[
    tuple[Annotated[str, Field(pattern=r"^https?://[^/\s@?#*]+$")], ...],
    BeforeValidator(_origins),
    Field(description="origins such as https://shop.example.com, separated by commas"),
]
Networks = Annotated[
    tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...],
    BeforeValidator(_networks),
    Field(description="networks such as 192.0.2.0/24, separated by commas"),
]
CommandWords = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
Actions = Annotated[
    dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")], CommandWords],
    BeforeValidator(_json),
    Field(description='a JSON object of commands such as {"pull": ["podman", "pull", "IMAGE"]}'),
]
ExistingFile = Annotated[FilePath, Field(description="the path of a file that exists")]
Folder = Annotated[Path, Field(description="a path")]
MigrationsChoice = Annotated[
    Literal["run", "wait"],
    BeforeValidator(_lower),
    Field(description="run or wait"),
]
SslMode = Annotated[
    Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
    Field(description="disable, allow, prefer, require, verify-ca or verify-full"),
]
EmbedderChoice = Annotated[
    Literal["auto", "wordllama", "ollama"],
    BeforeValidator(_lower),
    Field(description="auto, wordllama or ollama"),
]
Effort = Annotated[
    Literal["low", "medium", "high", "xhigh", "max"],
    BeforeValidator(_lower),
    Field(description="low, medium, high, xhigh or max"),
]
AutoWriteChoice = Annotated[
    AutoWrite,
    BeforeValidator(_lower),
    Field(description="off, review or on"),
]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, description="a number from 0 to 1")]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(_lower),
    Field(description="debug, info, warning or error"),
]
LogFormat = Annotated[
    Literal["auto", "text", "json"],
    BeforeValidator(_lower),
    Field(description="auto, text or json"),
]


def given(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that are set at all: blank means unset, blanks around a value are dropped."""
    stripped = {name: value.strip() for name, value in environ.items()}
    return {
        name: value
        for name, value in stripped.items()
        if value and not (name.startswith("RAYNE_") and _is_service_link(name, value))
    }


def _is_service_link(name: str, value: str) -> bool:
    return bool(_SERVICE_LINK_NAME.search(name)) or (
        name.endswith("_PORT") and bool(_SERVICE_LINK_VALUE.match(value))
    )


def expectation(field: FieldInfo) -> str:
    """What the field's type, optional or not, says about a good value."""
    options = [getattr(option, "__metadata__", ()) for option in get_args(field.annotation)]
    notes = [field, *(note for option in options for note in option)]
    described = (getattr(note, "description", None) for note in notes)
    return next(filter(None, described), "another value")


def misspelled(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """One problem for each RAYNE_ variable that nothing reads, with the nearest real name."""
    vocabulary = sorted(known)
    strangers = sorted(
        name for name in names if name.startswith("RAYNE_") and name not in vocabulary
    )
    return [_stranger(name, vocabulary) for name in strangers]


def _stranger(name: str, vocabulary: list[str]) -> str:
    nearest = difflib.get_close_matches(name, vocabulary, n=1)
    hint = f" (did you mean {nearest[0]}?)" if nearest else ""
    return f"{name} is not a variable that Rayne knows{hint}"
