"""How many random examples the property tests try."""

import os

from hypothesis import HealthCheck, settings


def examples(count: int) -> settings:
    """Try `count` examples, times the environment variable DLPSIM_EXAMPLES (default 1) for long soaks."""
    return settings(
        max_examples=count * int(os.environ.get("DLPSIM_EXAMPLES", "1")),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
