"""How this Datadog says no: the two error bodies, and what becomes of bad input."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import InvalidInput, RayneError

HTTP_TITLES = {400: "Bad Request", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}


class Refusal(Exception):
    """An answer of Datadog's API other than success, with its exact text."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def text_errors(text: str) -> dict[str, object]:
    """v1 and most of v2."""
    return {"errors": [text]}


def titled_errors(status: int, text: str) -> dict[str, object]:
    """JSON:API, which a few v2 endpoints use."""
    title = HTTP_TITLES.get(status, "Generic Error")
    return {"errors": [{"status": str(status), "title": title, "detail": text}]}


def install_refusals(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _answer_refusal)
    app.add_exception_handler(RequestValidationError, _answer_invalid_body)
    app.add_exception_handler(HTTPException, _answer_unknown_operation)
    app.add_exception_handler(RayneError, _answer_own_error)


async def _answer_refusal(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return JSONResponse(text_errors(error.text), status_code=error.status)


async def _answer_invalid_body(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:])
    text = f"API input validation failed: Field '{field}' is invalid: {first['msg']}"
    if _is_control(request):
        return JSONResponse({"error": text, "code": "InvalidInput"}, status_code=422)
    return JSONResponse(text_errors(text), status_code=400)


async def _answer_unknown_operation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return JSONResponse(text_errors(error.detail), status_code=error.status_code)


async def _answer_own_error(request: Request, error: Exception) -> JSONResponse:
    """Datadog knows no 422 here: what cannot be read is a 400."""
    assert isinstance(error, RayneError)
    if _is_control(request):
        body = {"error": str(error), "code": type(error).__name__}
        return JSONResponse(body, status_code=error.status)
    status = 400 if isinstance(error, InvalidInput) else error.status
    return JSONResponse(text_errors(str(error)), status_code=status)


def _is_control(request: Request) -> bool:
    return request.url.path.startswith("/sandbox/")
