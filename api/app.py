"""The public HTTP API, port 8080."""

from fastapi import FastAPI

from api.dependencies import Resources
from api.errors import install_error_handlers
from api.guarded import GuardedApp
from api.routes import (
    audit,
    demo,
    downtimes,
    events,
    feedback,
    health,
    hosts,
    incident_endings,
    incidents,
    logins,
    logs,
    metrics,
    monitors,
    notifications,
    people,
    private_locations,
    reports,
    retention,
    rum,
    rum_history,
    rum_script,
    services,
    status,
    tokens,
    webhook_configs,
    webhook_history,
    webhook_registration,
    webhooks,
)
from api.rum_origins import RumOrigins

# Looked through in this order, and nothing is asked for as often as to take a webhook.
OWN = (
    webhooks,
    health,
    metrics,
    status,
    retention,
    webhook_configs,
    webhook_history,
    notifications,
    incidents,
    incident_endings,
    feedback,
    reports,
    demo,
)
PEOPLES = (logins, people, tokens, audit)
VISITORS = (rum, rum_history, rum_script)
DATADOGS = (
    webhook_registration,
    downtimes,
    events,
    hosts,
    monitors,
    logs,
    services,
    private_locations,
)


def create_app(resources: Resources) -> FastAPI:
    app = GuardedApp(
        title="Rayne",
        summary="Root cause analysis for Datadog alerts: webhook in, evidence-checked notebook out",
        redoc_url=None,
    )
    app.state.resources = resources
    app.state.telling = resources.telling
    for routes in (*OWN, *PEOPLES, *VISITORS, *DATADOGS):
        app.include_router(routes.router)
    app.add_middleware(RumOrigins, origins=resources.rum.origins)
    install_error_handlers(app)
    return app
