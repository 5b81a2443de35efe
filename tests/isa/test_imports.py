import ast
import subprocess
import sys
from pathlib import Path

import pytest

import isa

NUMPY = {"coding", "expected", "image_meaning", "inputs", "interpreter", "meaning", "memory", "memory_image", "perform"}
"""The modules that run programs on data; `import isa` imports none of them."""

FILES = sorted(Path(isa.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_imports_only_the_standard_library_and_itself(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    allowed = {"isa", *sys.stdlib_module_names}
    assert imported <= (allowed | {"numpy"} if path.stem in NUMPY else allowed)


def test_only_running_on_data_imports_numpy() -> None:
    text = ".tensor x DRAM f32 4\nloop 2 i\nmove DRAM[x + i] NRAM[0] 4\nendloop\n.expect y = exp x\n.expect z = add y x"
    program = f"""
import sys
from isa import DlpsimError, assemble

from tests.isa.examples import target
try:
    assemble({text!r}, target())
except DlpsimError as error:
    assert "nothing uses it" in str(error)
else:
    raise AssertionError
assert "numpy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(isa.__file__).parents[1])
