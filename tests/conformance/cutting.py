"""Cuts an OpenAPI document down to some operations, and closes its world."""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

from tests.conformance.operations import UNDOCUMENTED

Document = dict[str, Any]  # an OpenAPI document is as deep as it likes

PREFIX = "#/components/"


def any_of(paths: Iterable[str]) -> re.Pattern[str]:
    """Fits what is asked of any of these paths, whose variable parts are in braces."""
    patterns = (
        "[^/]+".join(map(re.escape, re.split(r"\{[^}]+\}", path))) for path in sorted(set(paths))
    )
    return re.compile("|".join(patterns))


def cut(document: Document, operations: Iterable[tuple[str, str]]) -> Document:
    """The document with these operations and what they refer to, and nothing else.

    Servers are left out: Datadog's differ by operation and would refuse a sandbox.
    """
    paths: Document = {}
    for method, path in operations:
        operation = deepcopy(document["paths"][path][method])
        operation.pop("servers", None)
        operation.setdefault("security", document.get("security", []))
        operation["parameters"] = [
            _resolved(document, parameter) for parameter in operation.get("parameters", ())
        ]
        paths.setdefault(path, {})[method] = operation
    return {
        "openapi": document["openapi"],
        "info": {"title": document["info"]["title"], "version": document["info"]["version"]},
        "paths": paths,
        "components": _components(document, paths),
    }


def closed(document: Document) -> Document:
    """The document where nothing unnamed may appear.

    Datadog refuses unknown attributes that its description leaves open. And a null is added to
    enumerations that may be null, which the description forgets.
    """
    document = deepcopy(document)
    for name, extras in UNDOCUMENTED.items():
        schema = document["components"]["schemas"].get(name)
        if schema:
            schema["properties"].update({extra: {} for extra in extras})
    for schema in _dicts(document):
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
        if schema.get("nullable") and "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
    return document


def _components(document: Document, paths: Document) -> Document:
    components: Document = {}
    waiting = list(_references(paths))
    while waiting:
        kind, name = waiting.pop().removeprefix(PREFIX).split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = document["components"][kind][name]
            waiting.extend(_references(components[kind][name]))
    return components


def _resolved(document: Document, node: Document) -> Document:
    if "$ref" not in node:
        return node
    kind, name = node["$ref"].removeprefix(PREFIX).split("/")
    found: Document = document["components"][kind][name]
    return found


def _references(node: object) -> Iterator[str]:
    return (found["$ref"] for found in _dicts(node) if isinstance(found.get("$ref"), str))


def _dicts(node: object) -> Iterator[Document]:
    """Every object in a document, whole before its parts."""
    if isinstance(node, dict):
        yield node
        for part in list(node.values()):
            yield from _dicts(part)
    elif isinstance(node, list):
        for part in node:
            yield from _dicts(part)
