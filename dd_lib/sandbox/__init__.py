"""A stand-in Datadog that keeps state and loads scenarios."""
