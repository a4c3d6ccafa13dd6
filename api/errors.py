"""One place where errors become HTTP replies: `{"error": text, "code": NAME}`."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain.errors import InvalidInput, NotFound, RayneError, Rejected, Unauthenticated

_ROUTERS_CODES = {400: InvalidInput.__name__, 404: NotFound.__name__, 413: "TooLarge"}


class MethodNotAllowed(Rejected):
    """A path that is right and a method that is not, where the bare 405 would explain too little.

    `allowed` names the right ones, separated by commas.
    """

    status = 405

    def __init__(self, message: str, *, allowed: str = "") -> None:
        super().__init__(message)
        self.allowed = allowed


def install_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(RayneError, reply_with_error)
    app.add_exception_handler(RequestValidationError, reply_with_invalid_input)
    app.add_exception_handler(HTTPException, reply_with_http_error)
    app.add_exception_handler(Exception, reply_with_broken)


async def reply_with_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RayneError)
    headers = {"Allow": error.allowed} if isinstance(error, MethodNotAllowed) else {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after.total_seconds())))
    return _reply(error.status, str(error), type(error).__name__, headers)


async def reply_with_invalid_input(_request: Request, error: Exception) -> JSONResponse:
    """Names every bad field. A bad path is 400, as it was in the first Rayne; the rest is 422."""
    assert isinstance(error, RequestValidationError)
    problems = [f"{_field(detail['loc'])}: {_in_words(detail['msg'])}" for detail in error.errors()]
    in_path = any(detail["loc"][0] == "path" for detail in error.errors())
    status = 400 if in_path else InvalidInput.status
    if isinstance(error.body, bytes):  # nobody read it: it does not say that it is JSON
        problems = ["the body needs the header Content-Type: application/json"]
    return _reply(status, "; ".join(problems), InvalidInput.__name__, {})


async def reply_with_http_error(_request: Request, error: Exception) -> JSONResponse:
    """What the router itself answers: unknown paths and wrong methods."""
    assert isinstance(error, HTTPException)
    code = _ROUTERS_CODES.get(error.status_code) or error.detail.replace(" ", "")
    return _reply(error.status_code, error.detail, code, dict(error.headers or {}))


async def reply_with_broken(_request: Request, _error: Exception) -> JSONResponse:
    """A defect of ours. The log has the trace; the caller gets no piece of it."""
    return _reply(500, "Rayne failed on this request; its log says where", "Broken", {})


def _field(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location[1:]) or str(location[0])


def _in_words(message: str) -> str:
    """Without the class that pydantic puts before what our own checks say."""
    return message.removeprefix("Value error, ")


def _reply(status: int, text: str, code: str, headers: dict[str, str]) -> JSONResponse:
    return JSONResponse({"error": text, "code": code}, status_code=status, headers=headers)
