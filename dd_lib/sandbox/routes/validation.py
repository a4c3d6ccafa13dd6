"""Whether the keys are good: any keys are."""

from fastapi import APIRouter, Depends, Request

from dd_lib.sandbox.dependencies import require_keys
from dd_lib.sandbox.refusals import Refusal

router = APIRouter()


@router.get("/api/v1/validate")
async def validate_api_key(request: Request) -> dict[str, bool]:
    if not request.headers.get("dd-api-key"):
        raise Refusal(403, "API key required")
    return {"valid": True}


@router.get("/api/v2/validate_keys", dependencies=[Depends(require_keys)])
async def validate_keys() -> dict[str, str]:
    return {"status": "ok"}
