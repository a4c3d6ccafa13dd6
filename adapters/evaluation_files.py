"""The files of an evaluation: what was expected, incidents and queries. All of them people write.

Every complaint names the file, the line and the field.
"""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from domain.errors import InvalidInput, NotFound
from domain.evaluation import Expected
from domain.retrieval import KnownIncident, Query
from domain.values import Value

V = TypeVar("V", bound=Value)


def read_expected(folder: Path) -> Expected:
    """What one scenario's folder holds to be true. Raises NotFound or InvalidInput."""
    path = folder / "expected.json"
    return _validated(str(path), Expected, _parsed(str(path), _text(path)))


def read_incidents(path: Path) -> tuple[KnownIncident, ...]:
    """Raises InvalidInput where a line is none, or an id comes twice."""
    incidents = _lines(path, KnownIncident)
    _refuse_repetition(path, {number: one.id for number, one in incidents.items()})
    return tuple(incidents.values())


def read_queries(path: Path, incidents: tuple[KnownIncident, ...]) -> tuple[Query, ...]:
    """Raises InvalidInput where a line is none, an id comes twice or a relevant one is unknown."""
    queries = _lines(path, Query)
    _refuse_repetition(path, {number: one.id for number, one in queries.items()})
    known = {incident.id for incident in incidents}
    for number, query in queries.items():
        unknown = [one for one in query.relevant if one not in known]
        if unknown:
            raise InvalidInput(
                f"{path}:{number}: field 'relevant': no incident has the id {unknown[0]!r}"
            )
    return tuple(queries.values())


def _lines(path: Path, kind: type[V]) -> dict[int, V]:
    """By line number. Blank lines are skipped."""
    found = {
        number: _validated(f"{path}:{number}", kind, _parsed(f"{path}:{number}", line))
        for number, line in enumerate(_text(path).splitlines(), start=1)
        if line.strip()
    }
    if not found:
        raise InvalidInput(f"{path}: holds no line")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: is not UTF-8 from byte {error.start}") from error


def _parsed(place: str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{place}: is not JSON: {error}") from error


def _validated(place: str, kind: type[V], fields: object) -> V:
    if not isinstance(fields, dict):
        raise InvalidInput(f"{place}: must be one JSON object")
    try:
        return kind.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(f"{place}: field {field!r}: {first['msg']}") from error


def _refuse_repetition(path: Path, ids: dict[int, str]) -> None:
    first: dict[str, int] = {}
    for number, name in ids.items():
        if name in first:
            raise InvalidInput(
                f"{path}:{number}: field 'id': {name!r} is on line {first[name]} too"
            )
        first[name] = number
