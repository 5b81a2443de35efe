"""Runs cases on all three models, and says where they disagree.

python -m tests.rtl.models NAME…    prints the names of those hand-made cases on which they do
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.reference.result import ReferenceResult
from tests.rtl.case import Case, difference, referred, simulated
from tests.rtl.cases import cases
from tests.rtl.icarus import Hardware
from tests.rtl.structure import Structure, structure_of

PATIENCE = 100
"""The hardware is given so many cycles more than the simulator needs."""


def disagreements(found: Iterable[Case], folder: Path) -> dict[str, str]:
    """Return what the models disagree on, by the name of the case; hardware is built in `folder`."""
    by_structure: dict[Structure, list[Case]] = defaultdict(list)
    for case in found:
        by_structure[structure_of(case.machine)].append(case)
    told: dict[str, str] = {}
    for structure, group in by_structure.items():
        told |= on_structure(structure, group, folder / str(structure))
    return told


def on_structure(structure: Structure, group: list[Case], folder: Path, *, refer: bool = True) -> dict[str, str]:
    """Return what the models disagree on, on chips of one structure; without the reference model if not `refer`."""
    expected = {case.name: simulated(case) for case in group}
    assert len(expected) == len(group)
    references = {case.name: referred(case) for case in group} if refer else {}
    recorded = hardware_results(structure, group, expected, folder)
    return {
        name: text
        for name, result in expected.items()
        if (text := _parting(result, recorded[name], references.get(name)))
    }


def hardware_results(
    structure: Structure, group: list[Case], expected: Mapping[str, ReferenceResult], folder: Path
) -> dict[str, ReferenceResult | None]:
    """Run cases on a chip of `structure`, each for little longer than expected."""
    hardware = Hardware(structure, folder)
    limits = [expected[case.name].cycles + PATIENCE for case in group]
    results = hardware.run([(case.program, case.machine) for case in group], limits)
    return dict(zip((case.name for case in group), results, strict=True))


def _parting(simulated_: ReferenceResult, hardware: ReferenceResult | None, reference: ReferenceResult | None) -> str:
    if text := difference(simulated_, hardware):
        return f"hardware: {text} by the simulator"
    if reference and (text := difference(simulated_, reference)):
        return f"reference model: {text} by the simulator"
    return ""


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        for told in disagreements([cases()[name] for name in sys.argv[1:]], Path(scratch)):
            print(told)
