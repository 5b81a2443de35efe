"""`dlpsim compile`: write a network as a program, and say how it is cut."""

import json
from pathlib import Path

import click

from dlpsim.cli.options import dim_option, machine_options, tiling_option


@click.command("compile")
@click.argument("network", metavar="NAME|FILE.onnx")
@machine_options
@dim_option
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="OUT.asm", help="Write the program here.")
@click.option("--explain", is_flag=True, help="Say how each product is tiled, and why other tilings lost.")
@click.option("--json", "as_json", is_flag=True, help="Say so as one JSON object.")
@tiling_option
def compile(  # noqa: A001
    network: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    out: Path | None,
    explain: bool,
    as_json: bool,
    tiling: Path | None,
) -> None:
    """Write a network as an annotated program: a built-in one (`dlpsim network` lists them), or an ONNX file.

    The program says where all data lies. It is for the machine chosen, and for its number of cores. It is printed,
    unless it is written to a file, or explained.
    """
    from dlpsim.cli.source import MachineChoice, load_network_source  # noqa: PLC0415
    from dlpsim.deploy import tiling_table  # noqa: PLC0415
    from dlpsim.whole_file import whole_file  # noqa: PLC0415

    source = load_network_source(network, MachineChoice(machine, cores, defines, sets), dims, tiling)
    assert source.network
    compiled, config = source.network.compiled, source.machine
    lines = compiled.text.count("\n")
    if out:
        with whole_file(out) as file:
            file.write(compiled.text.encode())
    if as_json:
        layers = tiling_table.to_dict(compiled.plans)
        found = {"network": compiled.network.name, "machine": config.name, "lines": lines, "layers": layers}
        click.echo(json.dumps(found, indent=2))
        return
    if explain:
        click.echo(tiling_table.render(compiled.plans))
    if out:
        click.echo(f"{out}: {lines:,} lines, for {config.name}")
    elif not explain:
        click.echo(compiled.text, nl=False)
