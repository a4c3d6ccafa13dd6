"""What a run asked Datadog, held to Datadog's own description."""

from tests.conformance.oracle import Oracle
from tests.e2e.parts import Parts


async def violations(parts: Parts, oracle: Oracle) -> list[str]:
    """Every way in which a request of this run breaks the specification."""
    asked = [one for one in await parts.journal() if one["path"].startswith("/api/")]
    assert asked, "nothing was asked: there is nothing to judge"
    return [
        problem
        for one in asked
        for problem in oracle.violations(
            one["method"],
            one["path"],
            [(name, value) for name, value in one["query"]],
            one["headers"],
            one["body"].encode() or None,
        )
    ]
