"""Whatever the user gives is answered with a result or a clear error: never a traceback, a hang, a full memory."""

import json
import resource
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from dlpsim.machine_file import machine_source
from tests.cli.command import COMMAND, ROOT, dlpsim, refused

DEEP = 10_000
ENDS_AT_ONCE = ("--max-instructions", "1000")

RIGHT: Mapping[str, str | bytes] = {
    "empty": "",
    "only a comment": "; nothing",
    "no line end": "compute MAC_32 1",
    "CRLF": b"loop 2\r\ncompute MAC_32 1\r\nendloop\r\n",
    "lone CR": b"loop 2\rcompute MAC_32 1\rendloop\r",
    "byte order mark": b"\xef\xbb\xbfcompute MAC_32 1\n",
    "tabs": "\tcompute\tMAC_32\t1\t;\tone\n",
    "UTF-8 in a comment": "compute MAC_32 1 ; déjà vu 漢字\n",
    "a very long line": f"compute MAC_32 {'1+' * 100_000}1\n",
    "a very long comment": f"compute MAC_32 1 ; {'x' * 1_000_000}\n",
    "deep loops": "loop 1\n" * DEEP + "compute MAC_32 1\n" + "endloop\n" * DEEP,
    "deep parentheses": f"compute MAC_32 {'(' * DEEP}1{')' * DEEP}\n",
    "deep minus": f"compute MAC_32 {'-' * DEEP}1\n",
    "deep conditions": ".if 1\n" * DEEP + "compute MAC_32 1\n" + ".endif\n" * DEEP,
    "integers beyond 64 bits": "compute MAC_32 0xFFFFFFFFFFFFFFFFFFFFFFFF\n",
    "cancelled beyond 64 bits": f".equ a {'9' * 1000}\ncompute MAC_32 a * a - a * a + 1\n",
    "names of Python": ".equ print 1\n.equ int 1\n.equ None 1\n.equ __import__ 1\n"
    "compute MAC_32 print + int + None + __import__\n",
    "names of the language": ".equ loop 1\n.equ sync 1\n.equ DRAM 64\n.equ MAC_32 1\nmove DRAM NRAM DRAM\n",
    "no core takes it": ".if core > 99\nnonsense\n.endif\n",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_right_runs(tmp_path: Path, text: str | bytes) -> None:
    program = write(tmp_path / "right.asm", text)
    assert dlpsim("asm", program).status == 0
    outcome = dlpsim("run", program, "--json")
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(outcome.out)["program"] == "right.asm"


WRONG: Mapping[str, tuple[str | bytes, str]] = {
    "binary": (bytes(range(256)), "is a binary file (zero byte at offset 0), expected UTF-8 text"),
    "zero byte": (b"compute MAC_32 1\0\n", "is a binary file (zero byte at offset 16), expected UTF-8 text"),
    "Latin-1": (b"\n; d\xe9j\xe0\n", ":2: is not UTF-8 text: byte 0xE9 at offset 4 cannot be decoded"),
    "UTF-16": ("compute MAC_32 1\n".encode("utf-16"), "is UTF-16 text; save it as UTF-8"),
    "UTF-16 without mark": ("compute MAC_32 1\n".encode("utf-16-le"), "is a binary file"),
    "control": ("compute \x1bMAC_32 1\n", ":1:9: unexpected (U+001B)"),
    "tab before an error": ("\t\tmovee DRAM NRAM 1\n", ":1:3: unknown instruction 'movee'\n      movee DRAM"),
    "end of a long line": (f"compute MAC_32 {'1+' * 100_000}x\n", ":1:200016: unknown name 'x'"),
    "a very long name": (f"compute MAC_32 {'x' * 1_000_000}\n", f"unknown name '{'x' * 40}…'"),
    "unclosed parentheses": (f"compute MAC_32 {'(' * DEEP}1\n", f":1:{15 + DEEP}: this '(' is never closed"),
    "unclosed loops": ("loop 2\n" * DEEP, ":1:1: loop without endloop"),
    "unclosed conditions": (".if 1\n" * DEEP, ":1:1: .if without .endif"),
    "a power": ("loop 10**18\nendloop\n", ":1:9: expected a value, found '*'"),
    "a number of many digits": (f"compute MAC_32 {'9' * 100_000}\n", "the value has more than 4,000 digits"),
    "a value of many digits": (
        ".equ a 10\n" + "".join(f".equ {'a' * n} {'a' * (n - 1)} * {'a' * (n - 1)}\n" for n in range(2, 70)),
        "the value has more than 4,000 digits",
    ),
    "predefined names": (".equ core 1\n.param cores 1\n", "'core' is already defined (predefined)"),
    "a call": ("compute MAC_32 __import__('os').getpid()\n", "unknown name '__import__'"),
    "an attribute": (".equ a 1\ncompute MAC_32 a.real\n", ":2:17: unexpected '.real'"),
    "a comprehension": ("compute MAC_32 [1 for _ in 'x']\n", "expected a value, found '['"),
    "an assignment": ("compute MAC_32 (a := 1)\n", "expected an operator or ')', found ':'"),
    "a float": ("compute MAC_32 1.5\n", "unexpected '.'"),
    "a string": ("compute MAC_32 '1'\n", "expected a value, found '''"),
}


@pytest.mark.parametrize("command", ["run", "asm"])
@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused(tmp_path: Path, command: str, text: str | bytes, message: str) -> None:
    said = refused(command, write(tmp_path / "wrong.asm", text))
    assert message in said
    assert "Traceback" not in said
    assert len(said) < 100_000


@pytest.mark.parametrize(
    "text",
    [
        "loop 1_000_000_000_000_000_000\nendloop\n",
        "loop 1_000_000_000_000_000_000\n" * 100 + "compute MAC_32 1\n" + "endloop\n" * 100,
        "loop 2\n" * DEEP + "compute MAC_32 1\n" + "endloop\n" * DEEP,
    ],
    ids=["10**18", "10**1800", "2**10000"],
)
def test_runs_without_end_can_be_stopped(tmp_path: Path, text: str) -> None:
    program = write(tmp_path / "long.asm", text)
    assert "executed by each core\n" in dlpsim("asm", program).out
    stopped = "error: stopped: the program executes more than 1,000 instructions (--max-instructions)\n"
    assert refused("run", program, *ENDS_AT_ONCE) == stopped


def test_program_that_is_no_file(tmp_path: Path) -> None:
    assert refused("run", tmp_path) == f"error: {tmp_path}: is a directory, expected a program\n"
    assert refused("run", tmp_path / "none.asm") == f"error: {tmp_path / 'none.asm'}: no such file\n"
    assert "no such file here, and no shipped program or built-in network of that name" in refused("run", "none.asm")
    assert "File name too long" in refused("run", tmp_path / ("x" * 5000))
    assert "Not a directory" in refused("run", write(tmp_path / "file", "") / "below")
    assert refused("run", "a\0b.asm").startswith("error: a\\x00b.asm: no such file here")


MACHINES: Mapping[str, tuple[str | bytes, str]] = {
    "empty": ("", "is empty"),
    "binary": (bytes(range(256)), "is not UTF-8 text"),
    "UTF-16": ("name = 'x'".encode("utf-16"), "is not UTF-8 text"),
    "no TOML": ("hello\n", ":1:6: not TOML: Expected '=' after a key in a key/value pair"),
    "a key twice": ('name = "a"\nname = "b"\n', "hint: a key or table may stand only once"),
    "a table twice": ("[decoder]\n[decoder]\n", "hint: a key or table may stand only once"),
    "deep": (f"a = {'[' * DEEP}{']' * DEEP}\n", "is longer than 4000 characters"),
    "too long": ("# x\n" * 100_000, "is larger than 64 KiB"),
}


@pytest.mark.parametrize(("text", "message"), MACHINES.values(), ids=MACHINES)
def test_machine_file_that_is_wrong(tmp_path: Path, text: str | bytes, message: str) -> None:
    machine = write(tmp_path / "wrong.toml", text)
    for arguments in (("run", "fc_1x256.asm", "--machine", machine), ("machines", "show", machine)):
        said = refused(*arguments)
        assert message in said
        assert "Traceback" not in said


def test_machine_file_that_is_no_file(tmp_path: Path) -> None:
    said = refused("run", "fc_1x256.asm", "--machine", tmp_path)
    assert said == f"error: {tmp_path}: is a directory, not a machine file\n"
    said = refused("run", "fc_1x256.asm", "--machine", tmp_path / "none.toml")
    assert "none.toml" in said


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_machine_file_as_editors_write_it(tmp_path: Path, line_end: str, mark: str) -> None:
    text = mark + machine_source("dlp-s").replace("\n", line_end)
    machine = write(tmp_path / "mine.toml", text.encode())
    assert json.loads(dlpsim("run", "fc_1x256.asm", "--machine", machine, "--json").out)["cycles"] == 34


@pytest.mark.parametrize("option", ["--cores=1000000000", "--set=cores=1000000000", "--set=clusters=1000000000"])
def test_a_billion_cores(option: str) -> None:
    assert "must be a whole number from 1 to 4096, not 1000000000" in refused("run", "fc_1x256.asm", option)


@pytest.mark.parametrize("name", ["deep loops", "a very long line", "a value of many digits", "a very long name"])
def test_time_and_memory_stay_small(tmp_path: Path, name: str) -> None:
    text = RIGHT[name] if name in RIGHT else WRONG[name][0]
    program = write(tmp_path / "program.asm", text)
    for command in ("asm", "run"):
        outcome = subprocess.run(
            [*COMMAND, command, str(program)],
            capture_output=True,
            timeout=60,
            cwd=ROOT,
            check=False,
            preexec_fn=limit_memory,
        )
        assert outcome.returncode == (0 if name in RIGHT else 2)


def limit_memory() -> None:
    """Let this process have a gigabyte of addresses."""
    resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
