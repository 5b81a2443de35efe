from pathlib import Path

import dlpsim.networks
from dlpsim.networks.onnx_file.expansions.table import EXPANSIONS
from dlpsim.networks.operators.table import OPERATORS

PAGE = (Path(dlpsim.networks.__file__).parent / "README.md").read_text(encoding="utf-8")


def test_the_page_lists_every_operator_with_its_family() -> None:
    rows = {
        line.split(" | ")[0].strip("| "): line.split(" | ")[1].rstrip(" |")
        for line in PAGE.splitlines()
        if line.startswith("| ") and " | " in line
    }
    families: dict[str, list[str]] = {}
    for name, operator in OPERATORS.items():
        families.setdefault(operator.family.value, []).append(name)
    assert {family: rows[family].split(", ") for family in families} == families


def test_the_page_lists_every_operator_that_is_written_with_others() -> None:
    rows = dict(line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith(("| ONNX's", "| com.")))
    listed = {
        (domain.replace("ONNX's", ""), operator) for domain, names in rows.items() for operator in names.split(", ")
    }
    assert listed == set(EXPANSIONS)
