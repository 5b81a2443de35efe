"""Options that several commands share."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from isa.errors import DlpsimError

Command = Callable[..., Any]


def machine_options(command: Command) -> Command:
    """Add --machine, --cores, -D and --set: what a program is assembled for."""
    return _with_options(command, several=False)


def machines_options(command: Command) -> Command:
    """Add the same options, of which --machine can be given several times."""
    return _with_options(command, several=True)


def _with_options(command: Command, *, several: bool) -> Command:
    for option in reversed(
        (
            click.option(
                "--machine",
                multiple=several,
                metavar="NAME|FILE.toml",
                help="A built-in machine or a machine file. Default: dlp-s, or dlp-m for more than one core."
                + (" Repeatable." if several else ""),
            ),
            click.option("--cores", type=int, metavar="N", help="Cores per cluster, in place of the machine's."),
            click.option(
                "-D",
                "defines",
                multiple=True,
                metavar="NAME=VALUE",
                help="Give the program's parameter NAME (.param) a value. Repeatable.",
            ),
            click.option(
                "--set",
                "sets",
                multiple=True,
                metavar="KEY=VALUE",
                help="Replace a value of the machine file, such as port.dram.latency=100. Repeatable.",
            ),
        )
    ):
        command = option(command)
    return command


def dim_option(command: Command) -> Command:
    """Add --dim: the sizes of a network, or of the networks if there are several."""
    option = click.option(
        "--dim",
        "dims",
        multiple=True,
        metavar="NAME=N",
        help="Set a size of a network, or a free dimension of an ONNX file. Repeatable.",
    )
    return option(command)


def tiling_option(command: Command) -> Command:
    """Add --tiling: how products of a network are cut into tiles."""
    option = click.option(
        "--tiling",
        type=click.Path(path_type=Path),
        metavar="FILE.toml",
        help='Set tilings by hand: [layer."NAME"] with rows, columns, made, channels, image_channels, weights_stay, '
        "dealt_by, pooled, keeps_rows; what is not set of a tile is all that there is.",
    )
    return option(command)


def machine_values(defines: Sequence[str], sets: Sequence[str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the pairs of -D and of --set. Raises DlpsimError with what is wrong in either."""
    problems = [*_problems("-D", "NAME=VALUE", defines), *_problems("--set", "KEY=VALUE", sets)]
    if problems:
        raise DlpsimError(problems)
    return dict(map(_split, defines)), list(map(_split, sets))


def dim_values(dims: Sequence[str]) -> dict[str, str]:
    """Return the pairs of a --dim that takes several values. Raises DlpsimError with what is wrong."""
    problems = [*_problems("--dim", "NAME=VALUES", dims)]
    if problems:
        raise DlpsimError(problems)
    return dict(map(_split, dims))


def _problems(option: str, form: str, texts: Sequence[str]) -> Iterator[str]:
    first: dict[str, str] = {}
    for text in texts:
        name, _ = _split(text)
        if not name or "=" not in text:
            yield f"{option} {text}: expected {form}"
        elif first.setdefault(name, text) is not text:
            yield f"{option} {text}: {name} has a value already, by {option} {first[name]}"


def _split(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()
