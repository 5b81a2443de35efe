"""`dlpsim compile`: write a network as a program."""

from pathlib import Path

import click

from dlpsim.cli.options import dim_option, machine_options


@click.command("compile")
@click.argument("network", metavar="NAME|FILE.onnx")
@machine_options
@dim_option
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="OUT.asm", help="Write the program here. Default: print it."
)
def compile(  # noqa: A001
    network: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    out: Path | None,
) -> None:
    """Write a network as an annotated program: a built-in one (`dlpsim network` lists them), or an ONNX file.

    The program says where all data lies. It is for the machine chosen, and for its number of cores.
    """
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415
    from dlpsim.networks.load import load_network  # noqa: PLC0415
    from dlpsim.whole_file import whole_file  # noqa: PLC0415

    source = load_source(network, MachineChoice(machine, cores, defines, sets), dims)
    if source.network is None:
        load_network(network)  # says what is wrong with the name
    assert source.network is not None
    text = source.network.compiled.text
    if out is None:
        click.echo(text, nl=False)
        return
    with whole_file(out) as file:
        file.write(text.encode())
    click.echo(f"{out}: {text.count(chr(10)):,} lines, for {source.machine.name}")
