"""Whether requests and answers are what Datadog's own API description says."""
