"""Networks stand alone: they know errors, and nothing of machines; what is heavy is imported late."""

import subprocess
import sys

import pytest

from tests.test_structure import MODULES, ROOT, imported, is_under

HEAVY = ("numpy", "onnx", "onnxruntime", "google")


def test_networks_know_only_errors_and_themselves() -> None:
    modules = [path for path in MODULES if path.is_relative_to("dlpsim/networks")]
    used = {module for path in modules for module in imported(path) if module.startswith(("dlpsim", "isa"))}
    assert {module for module in used if not is_under(module, "dlpsim.networks")} == {
        "isa.errors.DlpsimError",
        "isa.errors.Problems",
        "isa.errors.nearest",
        "isa.errors.nearest_word",
    }


@pytest.mark.parametrize("arguments", [["network"], ["network", "resnet152"], ["network", "--help"]])
def test_built_in_networks_are_shown_without_heavy_imports(arguments: list[str]) -> None:
    code = f"from dlpsim.cli.main import status\nstatus({arguments})\nimport sys\n"
    code += f"print(*sorted(set({HEAVY!r}) & sys.modules.keys()), file=sys.stderr)"
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert outcome.stderr == "\n"
