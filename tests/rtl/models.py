"""Runs cases on all three models, and says where they disagree.

python -m tests.rtl.models NAME…    prints the names of those hand-made cases on which they do
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.rtl.case import Case
from tests.rtl.cases import cases
from tests.rtl.difference import difference
from tests.rtl.icarus import Hardware
from tests.rtl.recording import Recording
from tests.rtl.referred import refer
from tests.rtl.simulated import simulate
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


def on_structure(
    structure: Structure, group: Sequence[Case], folder: Path, *, with_reference: bool = True
) -> dict[str, str]:
    """Return what the models disagree on, on a chip of one structure; the reference model takes part or does not."""
    simulated = [simulate(case.program, case.machine) for case in group]
    referred = [refer(case.program, case.machine) if with_reference else None for case in group]
    limits = [recording.result.cycles + PATIENCE for recording in simulated]
    recorded = Hardware(structure, folder).run(group, limits, grants=with_reference)
    told = {
        case.name: _disagreement(*recordings)
        for case, recordings in zip(group, zip(simulated, referred, recorded, strict=True), strict=True)
    }
    assert len(told) == len(group), "two cases have the same name"
    return {name: text for name, text in told.items() if text}


def _disagreement(simulated: Recording, referred: Recording | None, recorded: Recording | None) -> str:
    if text := difference(simulated, recorded):
        return f"hardware and simulator: {text}"
    if referred and (text := difference(referred, simulated)):
        return f"simulator and reference model: {text}"
    if referred and (text := difference(referred, recorded)):
        return f"hardware and reference model: {text}"
    return ""


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        for told in disagreements([cases()[name] for name in sys.argv[1:]], Path(scratch)):
            print(told)
