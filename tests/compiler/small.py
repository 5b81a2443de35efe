"""Small machines, so that small layers are cut, and what a compiled network computes on them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlpsim.compiler.compile import compile_network
from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine
from dlpsim.networks.network import Network
from isa.assembler import assemble
from isa.check.check import check
from isa.interpreter import interpret

Arrays = Mapping[str, NDArray[Any]]


def machine(
    *, nram: int, wram: int, shared: int = 0, cores: int = 1, clusters: int = 1, beat_bytes: int = 64
) -> MachineConfig:
    """Return a machine with memories of so many bytes; with SharedRAM if it has some."""
    base = load_machine("dlp-m" if shared else "dlp-s")
    memories = {**base.memories, "NRAM": nram, "WRAM": wram} | ({"SharedRAM": shared} if shared else {})
    ports = tuple(replace(port, beat_bytes=beat_bytes) if port.name == "dram" else port for port in base.ports)
    return replace(base, name="small", memories=memories, ports=ports, cores=cores, clusters=clusters)


def computed(network: Network, config: MachineConfig, inputs: Arrays) -> dict[str, NDArray[Any]]:
    """Compile a network, check its program, and return the values that it computes from `inputs`."""
    compiled = compile_network(network, config)
    program = assemble(compiled.text, config.target, "compiled.asm")
    report = check(program)
    assert not report.is_faulty, [finding.message for finding in report.findings]
    return compiled.values(interpret(program, compiled.inputs(inputs)))


def convolution(x: NDArray[Any], w: NDArray[Any], settings: Mapping[str, Any]) -> NDArray[Any]:
    """Convolve images (N×C×H×W) as ONNX says, one place of the kernel after the other."""
    top, left, bottom, right = settings["pads"]
    groups, (dy, dx), (sy, sx) = settings["group"], settings["dilations"], settings["strides"]
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    made, inner, kernel_rows, kernel_columns = w.shape
    rows = (padded.shape[2] - (kernel_rows - 1) * dy - 1) // sy + 1
    columns = (padded.shape[3] - (kernel_columns - 1) * dx - 1) // sx + 1
    result = np.zeros((len(x), made, rows, columns))
    share = made // groups
    for group in range(groups):
        own = slice(group * share, (group + 1) * share)
        for i in range(kernel_rows):
            for j in range(kernel_columns):
                seen = padded[
                    :,
                    group * inner : (group + 1) * inner,
                    i * dy : i * dy + (rows - 1) * sy + 1 : sy,
                    j * dx : j * dx + (columns - 1) * sx + 1 : sx,
                ]
                result[:, own] += np.einsum("nchw,mc->nmhw", seen, w[own, :, i, j])
    return result
