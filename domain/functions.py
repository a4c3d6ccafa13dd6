"""Functions that people or models add to Datadog's tools: proposed, approved, then usable by name.

Nothing here runs them; that needs a sandbox.
"""

import ast
import re
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, JsonValue

from domain.errors import InvalidInput
from domain.values import Value

MAX_CODE: Final = 20_000  # characters
MAX_PARAMETERS: Final = 12

_NAME = re.compile(r"[a-z][a-z0-9_]{2,49}")
_TYPES: Final[dict[str, dict[str, JsonValue]]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "list[str]": {"type": "array", "items": {"type": "string"}},
    "list[int]": {"type": "array", "items": {"type": "integer"}},
}


class FunctionState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"  # the one version of its name that can be called
    REJECTED = "rejected"
    RETIRED = "retired"  # a later version took its place


class AutoWrite(StrEnum):
    OFF = "off"
    REVIEW = "review"  # a person approves each version
    ON = "on"  # what compiles and checks is approved by itself


class Signature(Value):
    """What a caller must know of a function. `parameters` is a JSON schema."""

    name: str
    description: str
    parameters: dict[str, JsonValue]


class StoredFunction(Value):
    """One version of a function, as somebody wrote it."""

    name: str
    version: int  # from 1
    state: FunctionState
    code: str
    signature: Signature
    author: str
    proposed_at: AwareDatetime
    decided_by: str = ""
    decided_at: AwareDatetime | None = None


def facts_of_function(function: StoredFunction) -> dict[str, JsonValue]:
    """What the audit log tells of a function. Its code stays where it is, under its version."""
    return {
        "version": function.version,
        "state": function.state,
        "author": function.author,
        "decided_by": function.decided_by,
    }


def read_signature(name: str, code: str) -> Signature:
    """The function `name` in `code`, as its caller sees it. Raises InvalidInput saying what to fix.

    The code itself is not judged here: it is compiled and type-checked where it would run.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "module_name must be 3 to 50 lower-case letters, digits and underscores, "
            f"beginning with a letter, not {name!r:.60}"
        )
    if len(code) > MAX_CODE:
        raise InvalidInput(f"function_code is longer than {MAX_CODE:,} characters")
    function = _find(name, _parsed(code))
    return Signature(
        name=name,
        description=_description(function),
        parameters=_parameters(function),
    )


def _parsed(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else "it"
        raise InvalidInput(f"function_code does not compile: {where}") from error


def _find(name: str, module: ast.Module) -> ast.FunctionDef:
    found = [
        statement
        for statement in module.body
        if isinstance(statement, ast.FunctionDef) and statement.name == name
    ]
    if len(found) != 1:
        raise InvalidInput(f"function_code must define one function: `def {name}(...):`")
    return found[0]


def _description(function: ast.FunctionDef) -> str:
    docstring = (ast.get_docstring(function) or "").strip()
    if not docstring:
        raise InvalidInput(f"{function.name} needs a docstring: it is what callers choose by")
    return " ".join(docstring.split())[:500]


def _parameters(function: ast.FunctionDef) -> dict[str, JsonValue]:
    arguments = function.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        raise InvalidInput(f"{function.name} must name its parameters: no *, ** or /")
    given = [*arguments.args, *arguments.kwonlyargs]
    if len(given) > MAX_PARAMETERS:
        raise InvalidInput(f"{function.name} has more than {MAX_PARAMETERS} parameters")
    defaults = _defaults(arguments)
    properties: dict[str, JsonValue] = {
        argument.arg: _property(argument, defaults) for argument in given
    }
    required: list[JsonValue] = [a.arg for a in given if a.arg not in defaults]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    late = arguments.args[len(arguments.args) - len(arguments.defaults) :]
    found = dict(zip((argument.arg for argument in late), arguments.defaults, strict=True))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            found[argument.arg] = default
    return found


def _property(argument: ast.arg, defaults: dict[str, ast.expr]) -> JsonValue:
    kind = ast.unparse(argument.annotation) if argument.annotation else ""
    if kind not in _TYPES:
        raise InvalidInput(
            f"the parameter {argument.arg} must be annotated with one of {', '.join(_TYPES)}"
        )
    schema: dict[str, JsonValue] = dict(_TYPES[kind])
    if argument.arg in defaults:
        schema["default"] = _literal(argument.arg, defaults[argument.arg])
    return schema


def _literal(name: str, default: ast.expr) -> JsonValue:
    try:
        value = ast.literal_eval(default)
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise InvalidInput(f"the default of {name} must be a plain value") from error
    if not isinstance(value, str | int | float | bool | list):
        raise InvalidInput(f"the default of {name} must be a plain value")
    return value
