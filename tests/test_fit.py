from dataclasses import replace

import pytest

from dlpsim import DlpsimError
from dlpsim.fit import check_fit
from dlpsim.machine_file import load_machine
from isa.assembler import assemble

PROGRAM = assemble(
    "move DRAM SharedRAM 64\nmove DRAM NRAM 131_072\nloop 2\ncompute MAC_32 1\ncompute ADD_8 1\nendloop\nsync chip\n",
    load_machine("dlp-m").target,
    "mine.asm",
)


@pytest.mark.parametrize(
    ("name", "cores", "sets", "problems"),
    [
        ("dlp-m", None, [], []),
        ("dlp-m-real", None, [], []),
        ("dlp-m", 2, [("clusters", "2")], []),
        ("dlp-m", 2, [], ["is assembled for 4 cores; the machine has 2"]),
        ("dlp-s", 4, [], ["moves DRAM->SharedRAM; the machine has no such path"]),
        ("dlp-m", None, [("memory.NRAM.size", "1000")], ["moves 131,072 bytes; NRAM holds 1,000"]),
        (
            "dlp-s",
            None,
            [("memory.NRAM.size", "10")],
            [
                "is assembled for 4 cores; the machine has 1",
                "moves DRAM->SharedRAM; the machine has no such path",
                "moves 131,072 bytes; NRAM holds 10",
            ],
        ),
    ],
)
def test_fit(name: str, cores: int | None, sets: list[tuple[str, str]], problems: list[str]) -> None:
    machine = load_machine(name, cores, sets)
    try:
        check_fit(PROGRAM, machine)
        messages: tuple[str, ...] = ()
    except DlpsimError as error:
        messages = error.messages
    assert messages == tuple(f"mine.asm does not fit machine {name}: it {problem}" for problem in problems)


def test_rates_that_a_machine_lacks() -> None:
    machine = load_machine("dlp-m")
    bare = replace(machine, compute=replace(machine.compute, rate={}))
    with pytest.raises(DlpsimError) as caught:
        check_fit(PROGRAM, bare)
    assert caught.value.messages == (
        "mine.asm does not fit machine dlp-m: it computes MAC_32; the machine has no rate for it",
        "mine.asm does not fit machine dlp-m: it computes ADD_8; the machine has no rate for it",
    )
