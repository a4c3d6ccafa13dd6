"""The one user that this Datadog has: whose keys these are."""

from dd_lib.sandbox.resources import Resource

HANDLE = "rayne@example.com"
NAME = "Rayne (sandbox)"
USER_ID = "5f0c8f0e-0000-4000-8000-000000000001"
SINCE = "2025-06-01T09:00:00.000000+00:00"

USER: Resource = {
    "type": "users",
    "id": USER_ID,
    "attributes": {
        "name": NAME,
        "handle": HANDLE,
        "email": HANDLE,
        "created_at": SINCE,
        "modified_at": SINCE,
        "icon": "",
        "title": None,
        "verified": True,
        "service_account": True,
        "disabled": False,
        "status": "Active",
    },
}
