"""`dlpsim machines`: the built-in machines with their ceilings, and one of them to copy and change."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import machine_values
from dlpsim.views.quantities import rate_text

if TYPE_CHECKING:
    from rich.table import Table

    from dlpsim.ceilings import Ceilings

NOTES = """
Ceilings of the whole chip: peak = 2 FLOP × MAC_32 × GHz; DRAM in 10⁹ bytes/s;
ridge = peak ÷ DRAM: below it DRAM is the limit, above it the MAC array.
`dlpsim machines show NAME` prints a machine's file, to copy and change."""


CHANGED = "# Every value as it counts after the options.\n\n"


class Machines(click.Group):
    """Takes what is no subcommand as a machine to show."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand, and what is left of the arguments."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


@click.group(cls=Machines, invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of the table.")
@click.pass_context
def machines(ctx: click.Context, as_json: bool) -> None:
    r"""List the built-in machines with their ceilings, or show one.

    \b
    dlpsim machines show dlp-m > mine.toml      a file to change
    dlpsim run fc_1x256.asm --machine mine.toml
    """
    if ctx.invoked_subcommand:
        return
    from dlpsim.ceilings import ceilings  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.machine_file import BUILT_IN, load_machine  # noqa: PLC0415

    rows = [ceilings(load_machine(name)) for name in BUILT_IN]
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    from dlpsim.cli.console import show as show_text  # noqa: PLC0415

    show_text(_table(rows))
    click.echo(NOTES)


@machines.command()
@click.argument("machine", metavar="NAME|FILE")
@click.option("--cores", type=int, metavar="N", help="Cores per cluster, in place of the machine's.")
@click.option("--set", "sets", multiple=True, metavar="KEY=VALUE", help="Replace a value, as in `run`. Repeatable.")
def show(machine: str, cores: int | None, sets: tuple[str, ...]) -> None:
    """Print a machine's file and its block diagram, as one valid machine file.

    With --cores or --set every value is written out as it then counts.
    """
    from dlpsim.machine_file import load_machine, machine_source, written_out  # noqa: PLC0415
    from dlpsim.views.block_diagram import block_diagram  # noqa: PLC0415

    config = load_machine(machine, cores, machine_values((), sets)[1])
    changed = cores is not None or sets
    text = CHANGED + written_out(config) if changed else machine_source(machine)
    click.echo(f"{text.rstrip()}\n\n{_commented(block_diagram(config))}")


def _commented(text: str) -> str:
    """Return the text as comment lines of a machine file."""
    return "\n".join(f"# {line}".rstrip() for line in text.splitlines())


def _table(rows: "list[Ceilings]") -> "Table":
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("machine")
    for heading in ("cores", "MAC_32\nper cycle", "DRAM\nB/cycle", "peak\nGFLOP/s", "DRAM\nGB/s", "ridge\nFLOP/B"):
        table.add_column(heading, justify="right")
    for row in rows:
        ridge = "none" if row.ridge_flop_per_byte is None else f"{row.ridge_flop_per_byte:g}"
        rates = (row.dram_bytes_per_cycle, row.peak_gflops, row.dram_gb_per_s)
        table.add_row(row.machine, str(row.cores), f"{row.macs_per_cycle:,}", *map(rate_text, rates), ridge)
    return table
