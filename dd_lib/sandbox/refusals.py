"""How this Datadog says no: its error bodies, and what becomes of bad input."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import InvalidInput, RayneError

HTTP_TITLES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}
DEFINITIONS = "/api/v2/services/definitions/"

# Which refusals come in the JSON:API shape; every other is a list of texts.
_TITLED: Mapping[tuple[str, str], tuple[int, ...]] = {
    ("POST", "/api/v2/events"): (400, 403),
    ("GET", "/api/v2/spans/events"): (400, 403, 422, 429),
    ("POST", "/api/v2/spans/events/search"): (400, 403, 422, 429),
    ("POST", "/api/v2/dora/deployment"): (400,),
    ("POST", "/api/v2/dora/deployments"): (400,),
    ("GET", "/api/v2/validate"): (403,),
}


class Refusal(Exception):
    """An answer of Datadog's API other than success, with its exact text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def check_type(given: str, expected: str) -> None:
    """What a resource must call itself. Raises Refusal."""
    if given != expected:
        raise Refusal(400, f'API input validation failed: Invalid type. Expected "{expected}".')


def text_errors(text: str) -> dict[str, object]:
    """v1 and most of v2."""
    return {"errors": [text]}


def titled_errors(status: int, text: str) -> dict[str, object]:
    """JSON:API, which a few v2 endpoints use; a generic error does not repeat its status."""
    if status not in HTTP_TITLES:
        return {"errors": [{"title": "Generic Error", "detail": text}]}
    return {"errors": [{"status": str(status), "title": HTTP_TITLES[status], "detail": text}]}


def error_body(method: str, path: str, status: int, text: str) -> dict[str, object]:
    """In the shape that Datadog uses there."""
    if status in _TITLED.get((method, path), ()):
        return titled_errors(status, text)
    if status == 404 and path.startswith(DEFINITIONS):
        return text_errors(text) | {"error_details": [{}]}
    return text_errors(text)


def install_refusals(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _answer_refusal)
    app.add_exception_handler(RequestValidationError, _answer_invalid_body)
    app.add_exception_handler(HTTPException, _answer_unknown_operation)
    app.add_exception_handler(RayneError, _answer_own_error)


async def _answer_refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return _refuse(request, error.status, error.text)


async def _answer_invalid_body(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    names = [str(part) for part in first["loc"][1:]]
    text = f"API input validation failed: Field '{'.'.join(names)}' is invalid: {first['msg']}"
    if _is_control(request):
        return JSONResponse({"error": text, "code": "InvalidInput"}, status_code=422)
    if first["type"] == "extra_forbidden":
        text = f"Additional properties are not allowed ('{names[-1]}' was unexpected)"
    return _refuse(request, 400, text)


async def _answer_unknown_operation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _refuse(request, error.status_code, error.detail, error.headers)


async def _answer_own_error(request: Request, error: Exception) -> JSONResponse:
    """Datadog knows no 422 here: what cannot be read is a 400."""
    assert isinstance(error, RayneError)
    if _is_control(request):
        body = {"error": str(error), "code": type(error).__name__}
        return JSONResponse(body, status_code=error.status)
    return _refuse(request, 400 if isinstance(error, InvalidInput) else error.status, str(error))


def _refuse(
    request: Request, status: int, text: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A limited operation tells its limit in refusals too."""
    body = error_body(request.method, request.url.path, status, text)
    told: Mapping[str, str] = getattr(request.state, "told_with_refusals", {})
    return JSONResponse(body, status_code=status, headers={**told, **(headers or {})})


def _is_control(request: Request) -> bool:
    return request.url.path.startswith("/sandbox/")
