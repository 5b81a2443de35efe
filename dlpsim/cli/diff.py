"""`dlpsim diff`: two results side by side."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import machine_options, machine_values
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.saved import Saved

SAVED = ".json"
"""The suffix of saved results."""


@click.command()
@click.argument("a")
@click.argument("b", required=False)
@machine_options
@click.option("--machine-b", metavar="NAME|FILE.toml", help="Another machine for B.")
@click.option("--cores-b", type=int, metavar="N", help="Other cores per cluster for B.")
@click.option("--define-b", "defines_b", multiple=True, metavar="NAME=VALUE", help="A parameter for B. Repeatable.")
@click.option("--set-b", "sets_b", multiple=True, metavar="KEY=VALUE", help="A value of B's machine. Repeatable.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def diff(
    a: str,
    b: str | None,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    machine_b: str | None,
    cores_b: int | None,
    defines_b: tuple[str, ...],
    sets_b: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say what moved from A to B, and why: cycles, causes, units, lines.

    A and B are programs, which are run, or results that `dlpsim run --save FILE.json` has saved. Without B it is the
    same program again, with what the options for B say.

    \b
      dlpsim diff fc_1x256.asm --machine-b dlp-s-real       one program, two machines
      dlpsim diff fc_1x256.asm --set-b port.dram.setup=5    two parameter sets
      dlpsim diff before.json after.asm                     a saved result and a program

    Options without -b are for both; what --machine-b, --cores-b, --define-b and --set-b say goes first for B.
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    from dlpsim.diff.difference import compare  # noqa: PLC0415
    from dlpsim.diff.text import render  # noqa: PLC0415

    common = machine_values(defines, sets)
    own = machine_values(defines_b, sets_b)
    has_b, has_common = bool(machine_b or cores_b or defines_b or sets_b), bool(machine or cores or defines or sets)
    _refuse_idle_options(a, a if b is None else b, has_common=has_common, has_b=has_b)
    problems: list[str] = []
    results: list[Saved] = []
    for name, computer, number, named, values in (
        (a, machine, cores, *common),
        (a if b is None else b, machine_b or machine, cores_b or cores, common[0] | own[0], _over(common[1], own[1])),
    ):
        try:
            results.append(_result(name, computer, number, named, values))
        except DlpsimError as error:
            problems += [message for message in error.messages if message not in problems]
    if problems:
        raise DlpsimError(problems)
    difference = compare(*results)
    click.echo(json.dumps(difference.to_dict(), indent=2) if as_json else "\n".join(render(difference)))


def _result(
    name: str, machine: str | None, cores: int | None, defines: dict[str, str], sets: list[tuple[str, str]]
) -> "Saved":
    from dlpsim.saved import measure, read_saved  # noqa: PLC0415
    from dlpsim.simulation import prepare  # noqa: PLC0415

    if name.lower().endswith(SAVED):
        return read_saved(Path(name))
    return measure(*prepare(Path(name), machine, cores, defines, sets))


def _over(sets: list[tuple[str, str]], others: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the values, with others in place of those of the same key."""
    return [*{**dict(sets), **dict(others)}.items()]


def _refuse_idle_options(a: str, b: str, *, has_common: bool, has_b: bool) -> None:
    """Raise DlpsimError where options are given that nothing is run with."""
    is_saved = [name.lower().endswith(SAVED) for name in (a, b)]
    if has_b and is_saved[1]:
        raise DlpsimError(f"{b} is a saved result: nothing is run that the options for B could change")
    if has_common and all(is_saved):
        raise DlpsimError(f"{a} and {b} are saved results: nothing is run that options could change")
