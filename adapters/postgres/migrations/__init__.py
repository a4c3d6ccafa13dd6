"""The schema's history, run by adapters.postgres.migrate."""
