"""Every formula for a cost, in one place: pure functions of sizes and rates, in whole cycles.

Machine, compiler and views use these and no others.
"""


def beats(size_bytes: int, beat_bytes: int, rows: int = 1) -> int:
    """Return the beats that a move of `rows` rows of `size_bytes` takes on a port whose beat carries `beat_bytes`.

    A beat carries bytes of one row only.
    """
    return rows * -(-size_bytes // beat_bytes)


def operation_cycles(num: int, rate: int) -> int:
    """Return the cycles that `num` operations take at `rate` operations a cycle; the division is exact."""
    return -(-num // rate)
