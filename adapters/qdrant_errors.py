"""What Qdrant's client raises, in Rayne's words; nothing of the client's own gets past here.

The client speaks REST here, never gRPC. A local folder raises Python's own errors instead.
"""

import json
import pickle
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
from qdrant_client.common.client_exceptions import QdrantException, ResourceExhaustedResponse
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from domain.errors import (
    Misconfigured,
    RateLimited,
    RayneError,
    TimedOut,
    Unavailable,
    UnexpectedReply,
)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Lets domain errors through and turns everything that the client can raise into one."""
    try:
        yield
    except QdrantException as error:
        raise _busy(error) from error
    except ApiException as error:
        raise _failed(error) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UnexpectedReply("Qdrant's answer is not JSON") from error
    except AssertionError as error:  # how the client says that a result is missing
        raise UnexpectedReply(f"Qdrant's answer is not of the agreed shape: {error}") from error
    except (ValueError, TypeError, httpx.InvalidURL) as error:
        # Only a folder answers so, and a client built from an impossible address or key.
        raise Misconfigured(f"Qdrant's client refuses what it was asked: {error}") from error
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"the memory's folder cannot be used: {error}") from error
    except RuntimeError as error:
        raise Unavailable(f"the memory is closed: {error}") from error


@contextmanager
def opening(folder: str) -> Iterator[None]:
    """The same while a local folder is opened, when everything wrong is for a person to mend."""
    try:
        yield
    except RuntimeError as error:
        raise Misconfigured(
            f"another process has the memory's folder {folder!r} open; "
            "only one can: stop it, or run a Qdrant server and set QDRANT_URL"
        ) from error
    except (OSError, ValueError, EOFError, sqlite3.Error, pickle.UnpicklingError) as error:
        raise Misconfigured(f"the memory's folder {folder!r} cannot be opened: {error}") from error


def _busy(error: QdrantException) -> RayneError:
    if isinstance(error, ResourceExhaustedResponse):
        wait = timedelta(seconds=error.retry_after_s)
        return RateLimited("Qdrant asked us to slow down", retry_after=wait)
    return RateLimited(f"Qdrant asked us to slow down, unclearly: {error}")


def _failed(error: ApiException) -> RayneError:
    if isinstance(error, UnexpectedResponse):
        return _refused(error.status_code or 0)
    if isinstance(error, ResponseHandlingException):
        return _broken_off(error.source)
    return UnexpectedReply(f"Qdrant's client gave up: {error}")


def _refused(status: int) -> RayneError:
    if status in (401, 403):
        return Misconfigured("Qdrant refuses QDRANT_API_KEY")
    if status == 404:
        return Unavailable("Qdrant no longer has the collection of past incidents")
    if status == 429:
        return RateLimited("Qdrant asked us to slow down")
    if status in (408, 504):
        return TimedOut(f"Qdrant gave up waiting for itself ({status})")
    if status >= 500:
        return Unavailable(f"Qdrant is failing ({status})")
    return UnexpectedReply(f"Qdrant refuses what it was asked ({status})")


def _broken_off(source: Exception) -> RayneError:
    if isinstance(source, httpx.TimeoutException):
        return TimedOut("Qdrant did not answer in time")
    if isinstance(source, httpx.UnsupportedProtocol | httpx.LocalProtocolError | httpx.InvalidURL):
        return Misconfigured(f"QDRANT_URL or QDRANT_API_KEY cannot be sent: {source!r}")
    if isinstance(source, httpx.TransportError):
        return Unavailable(f"Qdrant cannot be reached: {source!r}")
    return UnexpectedReply(f"Qdrant's answer cannot be read: {type(source).__name__}")
