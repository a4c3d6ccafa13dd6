"""The public HTTP API, port 8080."""

from fastapi import FastAPI

from api.dependencies import Resources
from api.errors import install_error_handlers
from api.guarded import GuardedApp
from api.routes import (
    audit,
    downtimes,
    events,
    feedback,
    health,
    hosts,
    incidents,
    logins,
    logs,
    monitors,
    people,
    private_locations,
    reports,
    services,
    tokens,
    webhook_configs,
    webhook_history,
    webhook_registration,
    webhooks,
)

OWN = (health, webhooks, webhook_configs, webhook_history, incidents, feedback, reports)
PEOPLES = (logins, people, tokens, audit)
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
    for routes in (*OWN, *PEOPLES, *DATADOGS):
        app.include_router(routes.router)
    install_error_handlers(app)
    return app
