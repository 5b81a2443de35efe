"""`dlpsim report`: one page about a run, which works offline."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import click

from dlpsim.cli.options import dim_option, machine_options

KINDS = ("html",)


@click.command()
@click.argument("program")
@machine_options
@dim_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.html", required=True, help="Write FILE.html."
)
@click.option("--window", metavar="A:B", help="Draw also cycles A to B of the timeline. A or B may be left out.")
@click.option("--core", "chosen", type=int, multiple=True, metavar="K", help="Draw core K only. Repeatable.")
def report(
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    output: Path,
    window: str | None,
    chosen: tuple[int, ...],
) -> None:
    """Run PROGRAM and write a page about it: what binds, advice, timeline, roofline, source, machine.

    PROGRAM may also be a network (`dlpsim network` lists them) or an ONNX file: the page then tells of its layers, too.
    The page holds all that it needs. The program is run many times: without one limit of the machine, and changed as
    is advised.

    \b
      dlpsim report fc_1024x256_serial.asm -o report.html
      dlpsim report fc_1024x256.asm --cores 4 --window 1000:3000 -o report.html
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    from dlpsim.cli.progress import steps_shown  # noqa: PLC0415
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.explain.progress import Progress  # noqa: PLC0415
    from dlpsim.pictures.drawing import kind_of  # noqa: PLC0415
    from dlpsim.report.collect import Asked, collect  # noqa: PLC0415
    from dlpsim.report.page import page  # noqa: PLC0415
    from dlpsim.views.excerpt import chosen_cores, read_window  # noqa: PLC0415
    from dlpsim.whole_file import whole_file  # noqa: PLC0415

    kind_of(output, KINDS)
    asked_window = None if window is None else read_window(window)
    source = load_source(program, MachineChoice(machine, cores, defines, sets), dims)
    config = source.machine
    asked = Asked(chosen_cores(chosen, config.name, config.total_cores), asked_window)
    options: list[tuple[str, Sequence[object]]] = [
        ("--machine", [machine] if machine else []),
        ("--cores", [] if cores is None else [cores]),
        ("-D", defines),
        ("--set", sets),
        ("--dim", dims),
        ("--core", chosen),
        ("--window", [] if window is None else [window]),
        ("-o", [output]),
    ]
    progress, command = Progress(), _command(program, options)
    with whole_file(output) as file, steps_shown(progress.describe):
        file.write(page(collect(source.program, config, asked, command, source.network, progress=progress)))


def _command(program: str, options: Sequence[tuple[str, Sequence[object]]]) -> str:
    """Return the command as one would type it in a shell."""
    given = [word for option, values in options for value in values for word in (option, str(value))]
    return shlex.join(["dlpsim", "report", program, *given])
