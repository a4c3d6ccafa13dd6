"""Files that people write, and what is said of a bad line."""

import json
from pathlib import Path

import pytest

from adapters.evaluation_files import read_expected, read_incidents, read_queries
from domain.errors import InvalidInput, NotFound, RayneError
from domain.retrieval import KnownIncident
from tests.factories import NOON

INCIDENT = {
    "id": "i1",
    "title": "Disk full",
    "text": "no space left",
    "service": "kafka",
    "happened_at": "2026-01-02T03:04:05Z",
    "labels": ["disk"],
}
QUERY = {
    "id": "q1",
    "text": "broker disk full",
    "service": "kafka",
    "happened_at": "2026-02-01T00:00:00Z",
    "relevant": ["i1"],
}
KNOWN = (KnownIncident(id="i1", text="no space left", happened_at=NOON),)


def written(folder: Path, *lines: object) -> Path:
    path = folder / "lines.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("\n".join(texts))
    return path


def test_a_line_becomes_an_incident(tmp_path: Path) -> None:
    incidents = read_incidents(written(tmp_path, INCIDENT, ""))

    assert [(one.id, one.service, one.labels) for one in incidents] == [("i1", "kafka", ("disk",))]


def test_fields_of_other_tools_are_left_aside(tmp_path: Path) -> None:
    assert read_incidents(written(tmp_path, INCIDENT | {"source": "wiki"}))[0].id == "i1"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("{", "lines.jsonl:2: is not JSON"),
        ("[1]", "lines.jsonl:2: must be one JSON object"),
        (INCIDENT | {"id": "i2", "happened_at": "yesterday"}, "lines.jsonl:2: field 'happened_at'"),
        (INCIDENT | {"id": "i2", "happened_at": "2026-01-02T03:04:05"}, "field 'happened_at'"),
        (INCIDENT | {"id": "i2", "labels": [7]}, "lines.jsonl:2: field 'labels.0'"),
        ({"id": "i2"}, "lines.jsonl:2: field 'text'"),
        (INCIDENT, "lines.jsonl:2: field 'id': 'i1' is on line 1 too"),
    ],
    ids=["not json", "no object", "no time", "no zone", "no text", "missing", "twice"],
)
def test_a_bad_line_is_named_with_its_file_and_field(
    tmp_path: Path, line: object, place: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_incidents(written(tmp_path, INCIDENT, line))

    assert place in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_query_about_an_incident_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r":1: field 'relevant': no incident has the id 'i9'"):
        read_queries(written(tmp_path, QUERY | {"relevant": ["i9"]}), KNOWN)


def test_a_query_without_anything_relevant_is_read(tmp_path: Path) -> None:
    (query,) = read_queries(written(tmp_path, QUERY | {"relevant": []}), KNOWN)

    assert query.relevant == ()


@pytest.mark.parametrize(
    ("content", "error"), [(None, NotFound), (b"", InvalidInput), (b"\xff\xfe", InvalidInput)]
)
def test_a_file_without_lines_is_an_error_that_names_it(
    tmp_path: Path, content: bytes | None, error: type[RayneError]
) -> None:
    path = tmp_path / "lines.jsonl"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(error, match=r"lines\.jsonl"):
        read_incidents(path)


def test_an_expectation_without_a_culprit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "expected.json").write_text('{"first_failing_service": "tax"}')

    with pytest.raises(InvalidInput, match=r"expected\.json: field 'culprit_change'"):
        read_expected(tmp_path)
