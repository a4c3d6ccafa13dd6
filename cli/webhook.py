"""`rayne webhook`: the secret that Datadog sends along."""

from rich.console import Console

from adapters.settings import Settings
from api.access import SECRET_HEADER
from cli.users import command_line, identity_at_hand


async def rotate_secret(settings: Settings, console: Console) -> None:
    """The secret before it stays good until the next rotation; so no alert is lost meanwhile."""
    async with identity_at_hand(settings) as identity:
        fresh = identity.signing.new_secret()
        await identity.secrets.rotate_webhook_secret(fresh, command_line())
    print(fresh.get_secret_value())
    console.print(
        f"Send it as the header {SECRET_HEADER}: POST /v1/webhooks/create tells Datadog.\n"
        "The one before stays good until you rotate again; so do those of the variables\n"
        "RAYNE_WEBHOOK_SECRET and RAYNE_WEBHOOK_SECRET_PREVIOUS, until you unset them."
    )
