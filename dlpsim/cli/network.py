"""`dlpsim network`: what a network asks for, layer by layer; or the names of those that are built in."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import dim_option

if TYPE_CHECKING:
    from rich.table import Table

    from dlpsim.networks.counting import LayerCount, NetworkCount

TYPES = ("f32", "f16", "i8")
"""What numbers may be stored as."""

NAME_COLUMNS = 21
"""Of a longer name, the end is shown: it tells layers apart."""

NOTES = """
`dlpsim network NAME` shows the layers of one; `--dim batch=8` sets a size of it.
`dlpsim network FILE.onnx` shows those of an ONNX file."""


@click.command()
@click.argument("name", metavar="[NAME|FILE.onnx]", required=False)
@dim_option
@click.option(
    "--dtype", type=click.Choice(TYPES), default="f32", show_default=True, help="Count bytes for numbers of this type."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def network(name: str | None, dims: tuple[str, ...], dtype: str, as_json: bool) -> None:
    """Show the layers of a network: shapes, parameters, MACs, bytes.

    Without NAME, list the networks that are built in.

    \b
    dlpsim network alexnet
    dlpsim network vgg19 --dim batch=8
    dlpsim network model.onnx --dim sequence=128 --json
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    if name is None:
        if dims:
            raise click.UsageError("--dim needs a network")
        _show_names(as_json)
        return
    from dlpsim.networks.counting import count  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.networks.load import load_with  # noqa: PLC0415

    counted = count(load_with(name, dims), dtype)
    if as_json:
        click.echo(json.dumps(counted.to_dict(), indent=2))
        return
    from dlpsim.cli.console import show  # noqa: PLC0415

    show(_layers(counted))
    click.echo("\n" + "\n".join(_totals(counted)))


def _show_names(as_json: bool) -> None:
    from dlpsim.cli.console import show  # noqa: PLC0415
    from dlpsim.networks.counting import count  # noqa: PLC0415
    from dlpsim.networks.zoo.table import BUILT_IN  # noqa: PLC0415

    counts = {name: count(built_in.build()) for name, built_in in BUILT_IN.items()}
    if as_json:
        rows = [
            {
                "network": name,
                "summary": BUILT_IN[name].summary,
                "sizes": dict(BUILT_IN[name].sizes),
                "parameters": counted.parameters,
                "macs": counted.macs,
            }
            for name, counted in counts.items()
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    table = _table(" network", " what it is", "parameters", "MACs")
    for name, counted in counts.items():
        table.add_row(name, BUILT_IN[name].summary, f"{counted.parameters:,}", f"{counted.macs:,}")
    show(table)
    click.echo(NOTES)


def _layers(counted: "NetworkCount") -> "Table":
    table = _table(" layer", " result", "params", "MACs", "adds", "other", "neurons", "bytes", "FLOP/B")
    for layer in counted.layers:
        table.add_row(*_row(layer))
    return table


def _row(layer: "LayerCount") -> Iterator[str]:
    from dlpsim.networks.value import shape_text  # noqa: PLC0415
    from dlpsim.views.quantities import end_of, short_count  # noqa: PLC0415

    yield end_of(layer.name, NAME_COLUMNS)
    yield shape_text(layer.outputs[0])
    yield from map(short_count, _counts(layer))
    yield f"{layer.intensity:.3g}"


def _counts(layer: "LayerCount") -> tuple[int, ...]:
    return layer.parameters, layer.macs, layer.additions, layer.others, layer.neurons, layer.bytes


def _totals(counted: "NetworkCount") -> Iterator[str]:
    """Yield the sums, exactly; MACs also for each operator that has any."""
    from dlpsim.views.quantities import counted as counted_text  # noqa: PLC0415

    by_op: dict[str, int] = {}
    for layer in counted.layers:
        by_op[layer.op] = by_op.get(layer.op, 0) + layer.macs
    parts = ", ".join(f"{op} {macs:,}" for op, macs in by_op.items() if macs)
    yield f"{counted.network}: {counted_text(len(counted.layers), 'layer')}, {counted.dtype}"
    yield f"  parameters  {counted.parameters:>18,}"
    yield f"  MACs        {counted.macs:>18,}   {parts}".rstrip()
    yield f"  additions   {counted.total('additions'):>18,}   those of the MACs included"
    yield f"  other       {counted.total('others'):>18,}   comparisons, quotients, exponentials and so on"
    yield f"  neurons     {counted.total('neurons'):>18,}   results of products with weights"
    yield f"  bytes       {counted.bytes:>18,}   each layer's weights, inputs and results once"
    intensity = counted.flop / counted.bytes if counted.bytes else 0
    yield f"  FLOP/B      {intensity:>18.4g}   1 MAC = 2 FLOP"


def _table(*headings: str) -> "Table":
    """Return a table; headings with a leading blank mark columns of words, the others hold numbers."""
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 0, 0, 1))
    for heading in headings:
        table.add_column(heading.strip(), justify="left" if heading.startswith(" ") else "right", no_wrap=True)
    return table
