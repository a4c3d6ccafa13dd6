"""Datadog's functions as a type checker sees them: Python signatures from JSON schemas."""

from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from domain.investigation import ToolDescription

_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def stubs_for(tools: Iterable[ToolDescription]) -> str:
    """A stub file: each tool is a `def` with named parameters, answering a JSON object."""
    return "\n".join(["from typing import Any", "", *map(_stub, tools), ""])


def _stub(tool: ToolDescription) -> str:
    properties = tool.parameters.get("properties")
    parameters = properties if isinstance(properties, dict) else {}
    required = tool.parameters.get("required")
    needed = required if isinstance(required, list) else []
    listed = ", ".join(_parameter(name, schema, needed) for name, schema in parameters.items())
    return f"def {tool.name}({f'*, {listed}' if listed else ''}) -> dict[str, Any]: ..."


def _parameter(name: str, schema: JsonValue, needed: list[JsonValue]) -> str:
    described = schema if isinstance(schema, dict) else {}
    default = "" if name in needed else f" = {described.get('default')!r}"
    return f"{name}: {_type(described)}{default}"


def _type(schema: Mapping[str, JsonValue]) -> str:
    choices = schema.get("anyOf")
    if isinstance(choices, list):
        return " | ".join(_type(choice) for choice in choices if isinstance(choice, dict))
    if schema.get("type") == "array":
        items = schema.get("items")
        return f"list[{_type(items) if isinstance(items, dict) else 'Any'}]"
    return _TYPES.get(str(schema.get("type")), "Any")
