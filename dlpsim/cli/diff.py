"""`dlpsim diff`: two results side by side."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import dim_option, machine_options, machine_values
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.cli.source import MachineChoice
    from dlpsim.saved import Saved

SAVED = ".json"
"""The suffix of saved results."""


@click.command()
@click.argument("a")
@click.argument("b", required=False)
@machine_options
@dim_option
@click.option("--machine-b", metavar="NAME|FILE.toml", help="Another machine for B.")
@click.option("--cores-b", type=int, metavar="N", help="Other cores per cluster for B.")
@click.option("--define-b", "defines_b", multiple=True, metavar="NAME=VALUE", help="A parameter for B. Repeatable.")
@click.option("--set-b", "sets_b", multiple=True, metavar="KEY=VALUE", help="A value of B's machine. Repeatable.")
@click.option("--dim-b", "dims_b", multiple=True, metavar="NAME=N", help="A size of the network B. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def diff(
    a: str,
    b: str | None,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    machine_b: str | None,
    cores_b: int | None,
    defines_b: tuple[str, ...],
    sets_b: tuple[str, ...],
    dims_b: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say what moved from A to B, and why: cycles, causes, units, lines.

    A and B are programs or networks, which are run, or results that `dlpsim run --save FILE.json` has saved. Without
    B it is the same program again, with what the options for B say.

    \b
      dlpsim diff fc_1x256.asm --machine-b dlp-s-real       one program, two machines
      dlpsim diff fc_1x256.asm --set-b port.dram.setup=5    two parameter sets
      dlpsim diff before.json after.asm                     a saved result and a program
      dlpsim diff mlp --dim-b batch=64                      one network, two sizes

    Options without -b are for both; what --machine-b, --cores-b, --define-b, --set-b and --dim-b say goes first for B.
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    from dlpsim.cli.source import MachineChoice  # noqa: PLC0415
    from dlpsim.diff.difference import compare  # noqa: PLC0415
    from dlpsim.diff.text import render  # noqa: PLC0415

    machine_values(defines, sets)  # says what is wrong with them, once
    machine_values(defines_b, sets_b)
    has_b = bool(machine_b or cores_b or defines_b or sets_b or dims_b)
    has_common = bool(machine or cores or defines or sets or dims)
    _refuse_idle_options(a, a if b is None else b, has_common=has_common, has_b=has_b)
    problems: list[str] = []
    results: list[Saved] = []
    choices = (
        MachineChoice(machine, cores, defines, sets),
        MachineChoice(
            machine_b or machine,
            cores_b or cores,
            _over(defines, defines_b),
            _over(sets, sets_b),
        ),
    )
    sizes = (dims, _over(dims, dims_b))
    for name, choice, dims_of in zip((a, a if b is None else b), choices, sizes, strict=True):
        try:
            results.append(_result(name, choice, dims_of))
        except DlpsimError as error:
            problems += [message for message in error.messages if message not in problems]
    if problems:
        raise DlpsimError(problems)
    difference = compare(*results)
    click.echo(json.dumps(difference.to_dict(), indent=2) if as_json else "\n".join(render(difference)))


def _result(name: str, choice: "MachineChoice", dims: Sequence[str]) -> "Saved":
    from dlpsim.cli.source import load_source  # noqa: PLC0415
    from dlpsim.saved import measure, read_saved  # noqa: PLC0415

    if name.lower().endswith(SAVED):
        return read_saved(Path(name))
    source = load_source(name, choice, dims)
    return measure(source.program, source.machine)


def _over(texts: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return settings NAME=VALUE, with others in place of those of the same name."""
    named = {text.partition("=")[0].strip() for text in others}
    return [*(text for text in texts if text.partition("=")[0].strip() not in named), *others]


def _refuse_idle_options(a: str, b: str, *, has_common: bool, has_b: bool) -> None:
    """Raise DlpsimError where options are given that nothing is run with."""
    is_saved = [name.lower().endswith(SAVED) for name in (a, b)]
    if has_b and is_saved[1]:
        raise DlpsimError(f"{b} is a saved result: nothing is run that the options for B could change")
    if has_common and all(is_saved):
        raise DlpsimError(f"{a} and {b} are saved results: nothing is run that options could change")
