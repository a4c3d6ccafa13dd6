"""Questions to Datadog as tools: for models, scripts and the command line."""
