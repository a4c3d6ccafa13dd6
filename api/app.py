"""The public HTTP API, port 8080."""

from fastapi import FastAPI

from api.dependencies import Resources
from api.errors import install_error_handlers
from api.routes import health, incidents, private_locations, webhooks


def create_app(resources: Resources) -> FastAPI:
    app = FastAPI(
        title="Rayne",
        summary="Root cause analysis for Datadog alerts: webhook in, evidence-checked notebook out",
        redoc_url=None,
    )
    app.state.resources = resources
    app.include_router(health.router)
    app.include_router(webhooks.router)
    app.include_router(incidents.router)
    app.include_router(private_locations.router)
    install_error_handlers(app)
    return app
