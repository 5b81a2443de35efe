"""Says in words where two models part."""

from collections.abc import Sequence

from tests.reference.result import ReferenceResult
from tests.rtl.recording import Recording


def difference(expected: Recording, got: Recording | None) -> str:
    """Say where a recording first parts from what is expected, in what both tell; empty if nowhere.

    None stands for a run that did not end.
    """
    if got is None:
        return "does not end"
    if text := _of_results(expected.result, got.result):
        return text
    if expected.waits is not None and got.waits is not None:
        for core, waits in expected.waits.items():
            if waits != got.waits[core]:
                return f"core {core}, waits of the decoder: {_parting(waits, got.waits[core])}"
    if expected.grants is not None and got.grants is not None and expected.grants != got.grants:
        return f"grants: {_parting(expected.grants, got.grants)}"
    return ""


def _of_results(expected: ReferenceResult, got: ReferenceResult) -> str:
    for (core, unit), records in expected.history.items():
        others = got.history[core, unit]
        if records != others:
            return f"core {core}, {unit}: {_parting(records, others)}"
    if expected != got:
        return f"the cores halt at {got.cores_end}, expected: {expected.cores_end}"
    return ""


def _parting(expected: Sequence[object], got: Sequence[object]) -> str:
    for place, (record, other) in enumerate(zip(expected, got, strict=False)):
        if record != other:
            return f"number {place} is {other}, expected: {record}"
    return f"{len(got)} of them, expected: {len(expected)}"
