"""The structure of the house: who may import whom, what is imported late, what lies at the top."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import isa

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path.relative_to(ROOT) for folder in ("isa", "dlpsim", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
SIDES = ("compiler", "machine", "views")
"""Packages of dlpsim that never import each other."""

HEAVY = ("simpy", "pydantic", "rich", "numpy", "matplotlib", "plotly", "pyarrow", "perfetto", "joblib")
"""What costs the user time, and is imported only where it is used."""

TOP = {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "dlpsim",
    "isa",
    "programs",
    "tests",
    "benchmarks",
}


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_under(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def imports_of(folder: str, package: str) -> list[str]:
    """Return the modules under `folder` that import something under `package`."""
    return [
        str(path)
        for path in MODULES
        if path.is_relative_to(folder) and any(is_under(module, package) for module in imported(path))
    ]


def test_isa_knows_nothing_of_dlpsim() -> None:
    assert imports_of("isa", "dlpsim") == []


@pytest.mark.parametrize("side", SIDES)
def test_compiler_machine_and_views_do_not_know_each_other(side: str) -> None:
    for other in SIDES:
        if other != side:
            assert imports_of(f"dlpsim/{side}", f"dlpsim.{other}") == []


@pytest.mark.parametrize("folder", ["isa", "dlpsim"])
def test_product_does_not_import_tests_or_benchmarks(folder: str) -> None:
    assert imports_of(folder, "tests") + imports_of(folder, "benchmarks") == []


def test_only_the_command_line_knows_the_command_line() -> None:
    users = [path for path in imports_of("dlpsim", "dlpsim.cli") if not path.startswith("dlpsim/cli/")]
    assert users == ["dlpsim/__main__.py"]
    assert all(path.startswith("dlpsim/cli/") for path in imports_of("dlpsim", "click"))


def test_simpy_is_under_the_machine() -> None:
    users = imports_of("dlpsim", "simpy") + imports_of("isa", "simpy")
    assert users != []
    assert all(path.startswith("dlpsim/machine/") for path in users)


def test_reference_model_shares_nothing_with_the_machine() -> None:
    model = ("model", "state", "result")
    modules = [module for name in model for module in imported(Path("tests/reference") / f"{name}.py")]
    forbidden = ("simpy", "dlpsim.machine", "dlpsim.costs", "dlpsim.events", "dlpsim.views", "dlpsim.simulation")
    assert [module for module in modules if any(is_under(module, package) for package in forbidden)] == []


def test_names_of_isa_are_where_they_are_looked_for() -> None:
    assert all(getattr(isa, name).__name__ == name for name in isa.__all__)
    with pytest.raises(AttributeError, match="module 'isa' has no attribute 'assembl'"):
        isa.assembl  # noqa: B018


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("import dlpsim", HEAVY),
        ("import isa", HEAVY),
        ("import dlpsim.cli.main", (*HEAVY, "isa.assembler")),
        ("from dlpsim.cli.main import status; status(['--help'])", HEAVY),
        ("from dlpsim.cli.main import status; status(['run', '--help'])", HEAVY),
        ("import dlpsim.simulation", ("rich", "numpy", "matplotlib")),
        ("from dlpsim.cli.main import status; status(['run', 'fc_1x256.asm', '--json'])", ("rich", "numpy")),
        ("from dlpsim.cli.main import status; status(['asm', 'fc_1x256.asm'])", ("rich", "numpy")),
    ],
)
def test_heavy_imports_are_late(statement: str, missing: tuple[str, ...]) -> None:
    code = f"{statement}\nimport sys\nprint(*sorted(set({missing!r}) & sys.modules.keys()), file=sys.stderr)"
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert outcome.stderr == "\n"


def test_modules_say_what_they_are() -> None:
    texts = {str(path): (ROOT / path).read_text(encoding="utf-8") for path in MODULES}
    assert [path for path, text in texts.items() if not ast.get_docstring(ast.parse(text))] == []


def test_modules_are_short() -> None:
    texts = {str(path): (ROOT / path).read_text(encoding="utf-8") for path in MODULES}
    assert [path for path, text in texts.items() if text.count("\n") > 400] == []


def test_top_of_the_checkout() -> None:
    ignored = {"build", "dist"}
    entries = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - ignored
    assert {entry for entry in entries if not entry.endswith(".egg-info")} == TOP


@pytest.mark.parametrize("folder", ["isa", "dlpsim", "dlpsim/machines", "programs", "tests", "benchmarks"])
def test_folder_is_described(folder: str) -> None:
    assert (ROOT / folder / "README.md").read_text(encoding="utf-8").startswith("# ")
