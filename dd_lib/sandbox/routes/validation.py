"""Whether the keys are good: any keys are."""

from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Depends, Request

from dd_lib.sandbox.dependencies import limited, require_api_key, require_keys
from dd_lib.sandbox.refusals import Refusal
from dd_lib.sandbox.resources import Resource

router = APIRouter(dependencies=[Depends(limited("validation_api"))])

ORGANISATION = str(uuid5(NAMESPACE_URL, "rayne-sandbox/organisation"))
KEY = str(uuid5(NAMESPACE_URL, "rayne-sandbox/key"))


@router.get("/api/v1/validate")
async def validate_api_key(request: Request) -> dict[str, bool]:
    if not request.headers.get("dd-api-key"):
        raise Refusal(403, "API key required")
    return {"valid": True}


@router.get("/api/v2/validate", dependencies=[Depends(require_api_key)])
async def describe_api_key() -> Resource:
    """The key of no scopes that this Datadog takes every key for."""
    attributes: Resource = {"valid": True, "api_key_id": KEY, "api_key_scopes": []}
    return {"data": {"id": ORGANISATION, "type": "validate_v2", "attributes": attributes}}


@router.get("/api/v2/validate_keys", dependencies=[Depends(require_keys)])
async def validate_keys() -> dict[str, str]:
    return {"status": "ok"}
