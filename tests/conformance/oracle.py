"""Says what is wrong with a request to Datadog, or with an answer that claims to be Datadog's."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy

from jsonschema.exceptions import (  # type: ignore[import-untyped]  # ships no types
    best_match,
)
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.request.exceptions import ParametersError

from tests.conformance.cutting import Document, any_of, closed
from tests.conformance.operations import UNDOCUMENTED_BODIES, UNDOCUMENTED_REFUSALS

HOST = "http://datadog.test"
MAX_COMPLAINT = 400  # characters
DESCRIBED_REFUSAL = 429  # which every operation may answer
NOT_IN_USE = "is none of the operations in use"
KEY_HEADERS = {"apiKeyAuth": "dd-api-key", "appKeyAuth": "dd-application-key"}


class Oracle:
    """Knows each operation in use in a closed world: what is not described is a violation."""

    def __init__(self, documents: Mapping[str, Document], paths: Iterable[str]) -> None:
        """`paths` are all that Datadog has: one not in use may fit a template in use."""
        self._documents = {version: closed(document) for version, document in documents.items()}
        self._validators = {
            version: OpenAPI.from_dict(_for_validator(document))
            for version, document in self._documents.items()
        }
        self._patterns = [(path, any_of([path])) for path in sorted(paths, key=_literal_first)]

    def violations(
        self,
        method: str,
        path: str,
        query: Sequence[tuple[str, str]],
        headers: Collection[str],
        body: bytes | None,
    ) -> list[str]:
        """What is wrong with a request; nothing when it is fine. `headers` are names."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path} {NOT_IN_USE}"]
        names = {name.lower() for name in headers}
        request = _request(method, path, query, body)
        return [
            *_query_violations(operation, query),
            *_key_violations(operation, names),
            *_body_violations(operation, body, names),
            *_explained(self._validators[_version(path)].iter_request_errors(request)),
        ]

    def response_violations(self, method: str, path: str, status: int, body: bytes) -> list[str]:
        """What is wrong with an answer; a status or attribute that is not described is."""
        operation = self._operation(method, path)
        if operation is None:
            return [f"{method} {path} {NOT_IN_USE}"]
        known = self.operation_of(method, path)
        if status in UNDOCUMENTED_REFUSALS.get(known, ()):
            status = DESCRIBED_REFUSAL
        described = operation["responses"].get(str(status))
        if described is None:
            return [f"{method} {path} never answers {status}"]
        if "content" not in described and "$ref" not in described:
            undescribed = UNDOCUMENTED_BODIES.get(known, b"")
            return [] if body in (b"", undescribed) else ["there is a body where none belongs"]
        request = _request(method, path, (), None)
        response = MockResponse(body, status_code=status)
        return _explained(self._validators[_version(path)].iter_response_errors(request, response))

    def knows(self, method: str, path: str) -> bool:
        return self._operation(method, path) is not None

    def operation_of(self, method: str, path: str) -> tuple[str, str]:
        """Method and path as the document spells them; the path is "" where none fits.

        The most literal path counts: /monitor/search is no monitor's id.
        """
        fitting = (name for name, pattern in self._patterns if pattern.fullmatch(path))
        return method.lower(), next(fitting, "")

    def _operation(self, method: str, path: str) -> Document | None:
        template = self.operation_of(method, path)[1]
        document = self._documents.get(_version(path), {"paths": {}})
        operation: Document | None = document["paths"].get(template, {}).get(method.lower())
        return operation


def _for_validator(document: Document) -> Document:
    """With one server, and without security, whose OAuth half the validator cannot check."""
    document = deepcopy(document) | {"servers": [{"url": HOST}]}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return document


def _literal_first(path: str) -> tuple[int, str]:
    return (path.count("{"), path)


def _version(path: str) -> str:
    """The "v1" of /api/v1/hosts."""
    return path.removeprefix("/api/").split("/")[0]


def _request(
    method: str, path: str, query: Sequence[tuple[str, str]], body: bytes | None
) -> MockRequest:
    values: dict[str, list[str]] = {}
    for name, value in query:
        values.setdefault(name, []).append(value)
    return MockRequest(HOST, method, path, args=values, data=body)


def _query_violations(operation: Document, query: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Datadog ignores a name that it does not know, so a typo would go unseen."""
    known = {p["name"]: p for p in operation["parameters"] if p["in"] == "query"}
    names = [name for name, _ in query]
    for name in dict.fromkeys(names):
        if name not in known:
            yield f"query {name} is unknown"
        elif names.count(name) > 1 and not known[name].get("explode", True):
            yield f"query {name} is repeated where commas are meant"


def _key_violations(operation: Document, headers: Collection[str]) -> Iterator[str]:
    accepted = [
        {KEY_HEADERS.get(scheme, "authorization") for scheme in requirement}
        for requirement in operation["security"]
    ]
    if accepted and not any(needed <= set(headers) for needed in accepted):
        yield f"headers {' and '.join(sorted(accepted[0]))} are missing"


def _body_violations(
    operation: Document, body: bytes | None, headers: Collection[str]
) -> Iterator[str]:
    if body and "requestBody" not in operation:
        yield "there is a body where none belongs"
    if body and "content-type" not in headers:
        yield "header content-type is missing"


def _explained(errors: Iterable[Exception]) -> list[str]:
    return [text for error in errors for text in _explain(error)]


def _explain(error: Exception) -> Iterator[str]:
    """The schema's own complaints, each with its place, down to the likeliest variant."""
    if isinstance(error, ParametersError):
        yield from _explained(error.errors)
        return
    said = str(error).partition(": Value ")[0]  # the value would bury the complaint
    complaints = getattr(error.__cause__ or error, "schema_errors", ())
    for complaint in complaints:
        likeliest = best_match([complaint])
        place = "/".join(map(str, likeliest.absolute_path))
        yield f"{said}: {place}: {likeliest.message}"[:MAX_COMPLAINT]
    if not complaints:
        yield said
