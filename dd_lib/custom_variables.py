"""Variables that webhooks use in their addresses, headers and payloads, hidden ones included."""

from pydantic import JsonValue, SecretStr

from dd_lib.answers import Answer
from dd_lib.client import DatadogClient
from domain.errors import InvalidInput, NotFound

PATH = "/api/v1/integration/webhooks/configuration/custom-variables"
ONE = f"{PATH}/{{}}"


class CustomVariable(Answer):
    """A name has capitals, digits and underscores. The value of a secret one never comes back."""

    name: str
    is_secret: bool
    value: SecretStr | None = None


async def get_custom_variable(client: DatadogClient, name: str) -> CustomVariable:
    """Raises NotFound."""
    return await client.get(ONE, CustomVariable, parts=(name,))


async def create_custom_variable(client: DatadogClient, variable: CustomVariable) -> CustomVariable:
    """Raises InvalidInput where one of that name exists."""
    return await client.post(PATH, CustomVariable, _body(variable))


async def update_custom_variable(client: DatadogClient, variable: CustomVariable) -> CustomVariable:
    """Idempotent. Raises NotFound."""
    return await client.put(ONE, CustomVariable, _body(variable), parts=(variable.name,))


async def put_custom_variable(client: DatadogClient, variable: CustomVariable) -> CustomVariable:
    """Creates it, or changes the one of that name. Idempotent.

    Changes first: how Datadog words a refusal of a second one is not known.
    """
    try:
        return await update_custom_variable(client, variable)
    except NotFound:
        return await create_custom_variable(client, variable)


async def delete_custom_variable(client: DatadogClient, name: str) -> None:
    """Raises NotFound."""
    await client.delete(ONE, parts=(name,))


def _body(variable: CustomVariable) -> JsonValue:
    if variable.value is None:
        raise InvalidInput(f"custom variable {variable.name!r} has no value")
    return {
        "name": variable.name,
        "value": variable.value.get_secret_value(),
        "is_secret": variable.is_secret,
    }
