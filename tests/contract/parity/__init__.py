"""The same intents, put to Datadog by us and by its official client."""
