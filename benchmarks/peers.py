"""The same matrix product on SCALE-Sim 3.0.0, a simulator of systolic arrays: `python -m benchmarks peers`.

SCALE-Sim needs NumPy below 2, so it gets an environment of its own, in a folder that is removed afterwards. It
simulates a 16 x 16 array, 256 multiply-accumulates a cycle as on dlp-s, access by access; dlpsim simulates a program of
transfers and tiles. The two do not answer the same question: this compares what an answer costs.
"""

import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.figure import Aim, Figure
from benchmarks.repetition import LAYER, run_s
from dlpsim.simulation import prepare

ROWS, INNER, COLUMNS = 1024, 256, 128
"""Of the product: exercise 7.9."""

PACKAGES = ("scalesim==3.0.0", "numpy<2", "setuptools")

LEAST_GAIN, LEAST_PROCESS_GAIN = 1_000, 20
"""Aimed at: how many times faster dlpsim is in process, and as a whole process."""

OWN_RUNS = 7
"""How often dlpsim is measured for each run of the other."""

SCRIPT = """\
import contextlib, io, time
from scalesim.scale_sim import scalesim
with contextlib.redirect_stdout(io.StringIO()):
    simulation = scalesim(save_disk_space=True, verbose=False, config="scale.cfg", topology="gemm.csv",
                          layout="layout.csv", input_type_gemm=True)
    begin = time.process_time()
    simulation.run_scale(top_path="results")
print(time.process_time() - begin)
"""

FILES = {
    "run.py": SCRIPT,
    "gemm.csv": f"Layer,M,N,K,\ngemm,{ROWS},{COLUMNS},{INNER},\n",
    "layout.csv": f"Layer,\ngemm,{'1,' * 16}\n",
    "scale.cfg": """\
[general]
run_name = gemm
[architecture_presets]
ArrayHeight: 16
ArrayWidth: 16
IfmapSramSzkB: 128
FilterSramSzkB: 256
OfmapSramSzkB: 128
IfmapOffset: 0
FilterOffset: 10000000
OfmapOffset: 20000000
Bandwidth: 16
Dataflow: os
ReadRequestBuffer: 32
WriteRequestBuffer: 32
[layout]
IfmapCustomLayout: False
IfmapSRAMBankBandwidth: 10
IfmapSRAMBankNum: 10
IfmapSRAMBankPort: 2
FilterCustomLayout: False
FilterSRAMBankBandwidth: 10
FilterSRAMBankNum: 10
FilterSRAMBankPort: 2
[sparsity]
SparsitySupport: false
SparseRep: ellpack_block
OptimizedMapping: false
BlockSize: 8
RandomNumberGeneratorSeed: 40
[run_presets]
InterfaceBandwidth: CALC
UseRamulatorTrace: False
""",
}


class NotInstallableError(Exception):
    """The other simulator could not be installed; says why."""


def peers(repeats: int) -> Iterator[Figure]:
    """Yield the seconds of both, in process (of processor) and as whole processes, and how many times dlpsim is faster.

    Raises NotInstallableError where SCALE-Sim cannot be installed.
    """
    product = {"M": ROWS, "K": INNER, "N": COLUMNS}
    mine = prepare(Path(LAYER), "dlp-s", defines=product)
    command = [sys.executable, "-m", "dlpsim", "run", LAYER, *(f"-D{name}={size}" for name, size in product.items())]
    with TemporaryDirectory() as folder:
        python = _install(Path(folder))
        rows = []
        for _ in range(repeats):
            other_process_s, output = _timed([str(python), "run.py"], folder)
            own_process_s = min(_timed(command, folder)[0] for _ in range(OWN_RUNS))
            rows.append((float(output), min(run_s(*mine) for _ in range(OWN_RUNS)), other_process_s, own_process_s))
    name = f"product of {ROWS} x {INNER} and {INNER} x {COLUMNS}"
    for place, (what, least) in enumerate(((", in process", LEAST_GAIN), (", whole process", LEAST_PROCESS_GAIN))):
        others, own = [row[2 * place] for row in rows], [row[2 * place + 1] for row in rows]
        yield Figure.of(f"{name}, SCALE-Sim 3.0.0{what}", "s", others)
        yield Figure.of(f"{name}, dlpsim{what}", "s", own)
        gains = [other / mine_s for other, mine_s in zip(others, own, strict=True)]
        yield Figure.of(f"{name}{what}", "times faster", gains, (Aim.AT_LEAST, least))


def _install(folder: Path) -> Path:
    """Make an environment with the other simulator in `folder`, and what it reads; return its Python."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    venv.create(folder / "environment", with_pip=True)
    python = folder / "environment" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    install = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *PACKAGES]
    tried = subprocess.run(install, capture_output=True, text=True, check=False)
    if tried.returncode:
        raise NotInstallableError(f"{PACKAGES[0]} cannot be installed: {tried.stderr.strip().splitlines()[-1]}")
    return python


def _timed(command: list[str], folder: str) -> tuple[float, str]:
    """Run a command; return its seconds on the clock and what it prints. Raises CalledProcessError if it fails."""
    begin = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return perf_counter() - begin, done.stdout
