"""Options that several commands share."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from isa.errors import DlpsimError

Command = Callable[..., Any]


def machine_options(command: Command) -> Command:
    """Add --machine, --cores, -D and --set: what a program is assembled for."""
    for option in reversed(
        (
            click.option(
                "--machine",
                metavar="NAME|FILE.toml",
                help="A built-in machine or a machine file. Default: dlp-s, or dlp-m for more than one core.",
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


def pairs(option: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """Split each `KEY=VALUE`. Raises DlpsimError, with every text that is none."""
    problems = [
        f"{option} {text}: expected KEY=VALUE"
        for text in texts
        if not text.partition("=")[0].strip() or "=" not in text
    ]
    if problems:
        raise DlpsimError(problems)
    return [(key.strip(), value.strip()) for key, _, value in (text.partition("=") for text in texts)]
