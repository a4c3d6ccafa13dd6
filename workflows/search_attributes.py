"""The columns by which the Temporal web UI finds a run. Registered by the worker at its start."""

from temporalio.common import SearchAttributeKey

INCIDENT = SearchAttributeKey.for_keyword("RayneIncident")
MONITOR = SearchAttributeKey.for_keyword("RayneMonitor")
SERVICE = SearchAttributeKey.for_keyword("RayneService")
TRANSITION = SearchAttributeKey.for_keyword("RayneTransition")
OUTCOME = SearchAttributeKey.for_keyword("RayneOutcome")

ALL = (INCIDENT, MONITOR, SERVICE, TRANSITION, OUTCOME)
