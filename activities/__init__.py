"""The steps of an analysis, one retryable activity each."""
