"""The reference of machine files says what the reader does."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from dlpsim.cli.machines import machines
from dlpsim.machine_file import BUILT_IN, load_machine
from dlpsim.machine_file.schema import ANY, MEANINGS, TABLES
from dlpsim.machine_file.values import format_size
from tests.machine_file.files import complaint, load

README = (Path(__file__).parents[2] / "dlpsim" / "machines" / "README.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in README.splitlines() if line.startswith("| `")]


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def in_readme(key: tuple[str, ...]) -> str:
    return ".".join(key).replace(ANY, "TYPE" if key[0] == "compute" else "NAME")


def test_every_key_of_the_schema_has_a_row() -> None:
    documented = {row[0].strip("`") for row in ROWS} - set(BUILT_IN)
    tables = {"memory", "port", "decoder", "compute"}
    assert documented == {in_readme(key) for key in MEANINGS} - tables | {"memory.NAME", "port.NAME"}


def test_defaults_are_those_of_the_schema() -> None:
    stated = {row[0].strip("`"): row[2].strip('`"') for row in ROWS if row[0].strip("`") not in BUILT_IN}
    for prefix, table in TABLES.items():
        for name, field in table.model_fields.items():
            default = "" if field.is_required() else str(field.get_default())
            if name not in {"memory", "port", "decoder", "compute"}:
                assert stated[in_readme((*prefix, name))] == default.replace("None", "unlimited"), name


@pytest.mark.parametrize("name", BUILT_IN)
def test_figures_of_the_built_in_machines(name: str) -> None:
    config = load_machine(name)
    ports = {port.name: port for port in config.ports}
    delays = [
        f"{ports[port].setup}, {ports[port].latency}" if port in ports else "none"
        for port in ("dram", "shared", "local")
    ]
    shared = format_size(config.memories["SharedRAM"]) if "SharedRAM" in config.memories else "none"
    decoder = f"{config.decoder.cycles}, {config.decoder.queue_depth}"
    compute = f"{config.compute.setup}, {config.compute.latency}"
    expected = [f"`{name}`", str(config.cores), shared, str(ports["dram"].beat_bytes), decoder, *delays, compute]
    assert expected in ROWS


def test_its_machine_file_loads(tmp_path: Path) -> None:
    (text,) = fenced("toml")
    assert load(tmp_path, text).name == "tiny"


def test_its_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in "".join(fenced("sh")).splitlines():
        words = shlex.split(line, comments=True)
        redirected = words[words.index(">") + 1 :] if ">" in words else []
        arguments = words[2 : words.index(">")] if redirected else words[2:]
        result = CliRunner().invoke(machines, arguments, catch_exceptions=False)
        assert words[:2] == ["dlpsim", "machines"]
        assert result.exit_code == 0
        for file in redirected:
            Path(file).write_text(result.output, encoding="utf-8")


def test_its_python_runs() -> None:
    (code,) = fenced("python")
    names: dict[str, object] = {}
    exec(code, names)
    assert names["machine"] == load_machine("dlp-m", 8, [("port.dram.latency", "100")])


def test_its_errors_are_said(tmp_path: Path) -> None:
    (sample,) = fenced("text")
    (text,) = fenced("toml")
    said = complaint(tmp_path, text.replace("beat_bytes", "beat_byte"))
    assert said.replace("m.toml", "error: mine.toml") == sample.rstrip()
