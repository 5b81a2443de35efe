"""Exercises 7.7 to 7.12: a fully connected layer on one core, and on four that share a memory."""

from collections.abc import Mapping

from dlpsim.exercises.exercise import Case, Exercise
from dlpsim.exercises.layer import FullyConnected


def _versions(program: str) -> Mapping[str, str]:
    """Return the versions of a shipped program: the bare name is the best one, and may be the pipelined one too."""
    pipelined = "" if program == "fc_1x256" else "_pipelined"
    return {"serial": f"{program}_serial.asm", "pipelined": f"{program}{pipelined}.asm", "best": f"{program}.asm"}


def _sparse(reading: int, skip: int, label: str) -> Case:
    return Case(
        machine="dlp-s",
        cores=1,
        layer=FullyConnected(1024, 256, 128, x_shrink=2, w_shrink=4, skip=skip),
        versions=_versions("fc_1024x256_sparse"),
        defines={"reading": reading},
        label=label,
    )


FULLY_CONNECTED = (
    Exercise(
        number="7.7",
        title="1×256 by 256×1 on one core",
        question="A core has WRAM of 256 KB for weights, NRAM of 128 KB for inputs and outputs, 256 fp32 "
        "multiply-accumulates a cycle, 1 GHz and 64 GB/s to DRAM. Write a fully connected layer of 1×256 inputs by "
        "256×1 weights, in fp32, and estimate its time.",
        cases=(Case("dlp-s", 1, FullyConnected(1, 256, 1), _versions("fc_1x256")),),
        why="Each weight is used once, so the loads decide: they take nearly all the time, and the compute a single "
        "cycle. Nothing can be hidden behind anything: after the last operand has come in, something must still be "
        "computed with it, and the one output stored.",
    ),
    Exercise(
        number="7.8",
        title="32×256 by 256×128 on one core",
        question="The same core; a fully connected layer of 32×256 inputs by 256×128 weights.",
        cases=(Case("dlp-s", 1, FullyConnected(32, 256, 128), _versions("fc_32x256")),),
        why="Each weight now serves 32 rows, and the compute unit has more to do than the DRAM port. The serial "
        "program waits for each in turn. The pipelined one cuts the weights into tiles of eight columns, and loads "
        "and stores beside the compute; what is left above the floor is the load of the input and the first tile, "
        "and the last store. The best one cuts by k instead: one beat of a column of x and one of a row of w are work "
        "already, each step loads what doubles it, and at the end one beat of outputs after the other is finished "
        "while the one before is stored.",
    ),
    Exercise(
        number="7.9",
        title="1024×256 by 256×128 on one core",
        question="The same core; a fully connected layer of 1024×256 inputs by 256×128 weights. The input no longer "
        "fits in NRAM.",
        cases=(Case("dlp-s", 1, FullyConnected(1024, 256, 128), _versions("fc_1024x256")),),
        why="The weights stay in WRAM, and the input goes by in tiles of 32 rows. The load and the store of a tile "
        "take less time than its compute, so with two places for each they vanish behind it. What is left above the "
        "floor is the load of all weights and the first tile, before which nothing is computed, and the last store. "
        "In the best program the first two tiles grow together, k by k, while the weights come in, and the last one "
        "is finished beat by beat, so that the compute unit starts after two beats and never waits.",
    ),
    Exercise(
        number="7.10",
        title="as 7.9, weights and inputs compressed by sparse coding",
        question="As 7.9, with the weights compressed to 1/4 and the inputs to 1/2 of their volume by sparse coding. "
        "Only the volume is said to shrink. Three readings: the moves shrink and all MACs are done; MACs with zero "
        "weights are skipped, so that 1/4 is left; MACs with a zero on either side are skipped, so that 1/8 is left.",
        cases=(
            _sparse(0, 1, "moves only"),
            _sparse(1, 4, "zero weights skipped"),
            _sparse(2, 8, "all zeros skipped"),
        ),
        why="As long as all MACs are done, the compute unit decides, and compression shortens little more than the "
        "start. Skipping zero weights makes the compute four times shorter, and the run nearly so. Skipping zeros of "
        "both halves it again, but then the DRAM port decides: the outputs, which are not compressed, are nearly half "
        "of its work. The best program starts and ends as that of 7.9, with shorter loads.",
    ),
    Exercise(
        number="7.11",
        title="32×256 by 256×128 on four cores",
        question="Four such cores share a SharedRAM of 2 MB, with 128 GB/s to DRAM in all and 1 TB/s between "
        "SharedRAM and each core. The layer of 7.8 on this cluster.",
        cases=(Case("dlp-m", 4, FullyConnected(32, 256, 128), _versions("fc_32x256")),),
        why="Four cores compute four times as fast, but the DRAM port carries only twice as much: now it decides. "
        "Each core takes a quarter of the columns, and the input crosses the port once, by way of SharedRAM. The "
        "pipelined program works with single columns, so that the port never rests except around the last compute. "
        "The best one brings input and weights four k at a time, and finishes the outputs row by row, each hidden "
        "behind the stores of the row before: the port rests in no cycle.",
    ),
    Exercise(
        number="7.12",
        title="1024×256 by 256×2048 on four cores",
        question="The cluster of 7.11; a fully connected layer of 1024×256 inputs by 256×2048 weights.",
        cases=(Case("dlp-m", 4, FullyConnected(1024, 256, 2048), _versions("fc_1024x256")),),
        why="There is enough to compute for each byte that the compute units decide again. The input stays in "
        "SharedRAM and the weights go by, a few columns of each core at a time, so that everything crosses the DRAM "
        "port once. Loads and stores vanish behind the compute, except at the start, in the last store, and where "
        "the first pass waits for its tiles to be copied out of SharedRAM. In the best program the first two tiles "
        "grow k by k while the weights come in, as in 7.9; a few cycles are lost where cores wait for each other.",
    ),
)
