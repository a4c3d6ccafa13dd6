"""How long we wait and how often we try, named by what is being called.

The only place with retries: every client underneath is built with its own switched off.
A policy is called with the line that the Temporal web UI shows beside the step.
"""

from datetime import timedelta
from enum import StrEnum

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig


class Policy:
    """`**DATADOG("prefetch logs")`: the options of one activity call."""

    def __init__(self, config: ActivityConfig) -> None:
        self._config = config

    def __call__(self, summary: str) -> ActivityConfig:
        return {**self._config, "summary": summary}


# Every activity beats in the background (workers/heartbeats.py), so a killed worker is noticed
# after this long, however generous the step's own time is.
SILENCE = timedelta(seconds=10)

# Steps that read a case compute for a second, and in a storm they queue for the processor: a limit
# that a queue can pass would start them again and make the queue longer.
COMPUTING = timedelta(minutes=5)


class TaskQueue(StrEnum):
    RAYNE = "rayne"
    MODEL = "rayne-model"  # apart, so that slow model calls never hold up intake
    COMPUTE = "rayne-compute"  # apart, so that a storm's computing leaves room for everything else


def _until(deadline: timedelta, *, longest_pause: timedelta = timedelta(minutes=1)) -> Policy:
    """Tried until `deadline`, measured from the first try; the pauses grow from a second."""
    return Policy(
        ActivityConfig(
            start_to_close_timeout=COMPUTING,
            heartbeat_timeout=SILENCE,
            schedule_to_close_timeout=deadline,
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=1), maximum_interval=longest_pause
            ),
        )
    )


# Postgres holds everything, so without it there is nothing to go on with: wait as long as it takes.
STORE = Policy(
    ActivityConfig(
        start_to_close_timeout=COMPUTING,
        heartbeat_timeout=SILENCE,
        retry_policy=RetryPolicy(
            initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=10)
        ),
    )
)
# One source of evidence: an analysis with a gap that says so beats one that comes too late. Time is
# the only bound: in a storm a step is told over and over when Datadog's rate limit will have room
# for it, and a number of tries would make a gap of what only has to wait its turn.
DATADOG = _until(2 * COMPUTING, longest_pause=timedelta(seconds=30))
# The notebook is the product: a day of patience covers any outage worth waiting for.
NOTEBOOK = _until(timedelta(hours=24))
EMBEDDING = Policy(
    ActivityConfig(
        start_to_close_timeout=COMPUTING,
        heartbeat_timeout=SILENCE,
        schedule_to_close_timeout=2 * COMPUTING,
        retry_policy=RetryPolicy(maximum_attempts=3),
    )
)
MEMORY = EMBEDDING
# Nobody waits for it and nothing else will do it: a day covers any outage worth waiting for.
LEARNING = _until(timedelta(hours=24))
# Another team's receiver: an hour covers its restart, and what it missed is no news any more.
FORWARD = _until(timedelta(hours=1), longest_pause=timedelta(minutes=2))
# A desktop. A few tries cover its server's restart; a worker's own outage may take longer, and then
# people still want to know.
NOTIFY = Policy(
    ActivityConfig(
        start_to_close_timeout=timedelta(seconds=30),
        heartbeat_timeout=SILENCE,
        schedule_to_close_timeout=timedelta(hours=1),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1),
            maximum_interval=timedelta(seconds=10),
            maximum_attempts=5,
        ),
    )
)
# A question of the model's, which it can do without: short, for its time is the model's time.
TOOL = Policy(
    ActivityConfig(
        start_to_close_timeout=timedelta(seconds=45),
        heartbeat_timeout=SILENCE,
        schedule_to_close_timeout=timedelta(seconds=90),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1),
            maximum_interval=timedelta(seconds=10),
            maximum_attempts=4,
        ),
    )
)
# Pure code over stored evidence: only Postgres can be in its way.
RULES = Policy(ActivityConfig(**STORE("compute"), task_queue=TaskQueue.COMPUTE))


def downtime(deadline: timedelta) -> Policy:
    """Muting: tried until `deadline`, for then it would be over anyway."""
    return _until(deadline)


def model(deadline: timedelta) -> Policy:
    """One turn: retried until `deadline`, measured from the first try, queueing included."""
    return Policy(
        ActivityConfig(
            task_queue=TaskQueue.MODEL,
            # No less: the client has its own limit, and a call cut off before that is paid twice.
            start_to_close_timeout=deadline,
            schedule_to_close_timeout=deadline,
            # Longer than of other steps: a busy worker that is given up pays for the turn again.
            heartbeat_timeout=timedelta(seconds=15),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(seconds=2), maximum_interval=timedelta(seconds=30)
            ),
        )
    )
