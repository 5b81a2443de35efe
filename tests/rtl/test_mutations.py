"""Whether the comparison of the models can fail: it does for every error that is made in one of them on purpose."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rtl.cases import cases
from tests.rtl.icarus import missing
from tests.rtl.mutations import MUTATIONS, Edit, Mutation
from tests.tools import require

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_models_disagree(mutation: Mutation, tmp_path: Path) -> None:
    require(missing())
    for folder in ("dlpsim", "isa", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for edit in mutation.edits:
        apply(edit, tmp_path)
    outcome = subprocess.run(
        [sys.executable, "-m", "tests.rtl.models", *mutation.caught_by],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert outcome.stderr == ""
    assert sorted(outcome.stdout.splitlines()) == sorted(mutation.caught_by)


def apply(edit: Edit, folder: Path) -> None:
    path = folder / edit.file
    text = path.read_text(encoding="utf-8")
    assert text.count(edit.old) == 1, f"{edit.file} has not once: {edit.old}"
    path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")


def test_enough_mutations() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 12
    assert {name for mutation in MUTATIONS for name in mutation.caught_by} <= cases().keys()
