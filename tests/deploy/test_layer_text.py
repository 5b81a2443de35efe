"""The table of layers keeps to its width, and says what its letters stand for."""

from dataclasses import replace

import pytest

from dlpsim.cli.console import show
from dlpsim.deploy.layer_table import LayerData, LayerRow
from dlpsim.deploy.layer_text import LETTERS, WIDTH, render
from dlpsim.deploy.traffic import Reason, Reread
from tests.conftest import Golden

LAYER = LayerRow(
    name="conv1",
    op="Conv+Relu",
    macs=70_276_800,
    cycles=278_154,
    share=0.75,
    utilization=0.987,
    dram_bytes=2_485_760,
    compulsory_bytes=1_469_696,
    reread_bytes=1_016_064,
    rereads=(Reread("image", Reason.HALO, 1_016_064),),
    shared_bytes=0,
    shared_compulsory_bytes=0,
    shared_reread_bytes=0,
    shared_rereads=(),
    intensity=56.54,
    bound="compute work",
    floor=274_519,
    over_floor=1.013,
    tiling="",
)
POOL = replace(
    LAYER,
    name="pool1",
    op="MaxPool",
    macs=0,
    cycles=92_718,
    share=0.25,
    utilization=0.0,
    dram_bytes=16_056_320,
    reread_bytes=0,
    rereads=(),
    intensity=0.0,
    bound="dram work",
    floor=0,
    over_floor=None,
)


def test_table(golden: Golden, capsys: pytest.CaptureFixture[str]) -> None:
    show(render(LayerData(370_872, (LAYER, POOL), 256)))
    golden("layers.txt", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("bound", "shown"), [("dram work", "MatMul+A…"), ("shared latency", "")], ids=["usual", "widest"]
)
def test_longest_rows_keep_to_the_width(bound: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    row = replace(
        LAYER,
        name="encoder/layer.11/attention/output/dense/MatMul",
        op="MatMul+Add+LayerNormalization",
        cycles=123_456_789,
        share=0.999,
        reread_bytes=9 * 10**8,
        rereads=tuple(Reread("x", reason, 123_456_789) for reason in Reason) if not shown else (),
        shared_bytes=10**9 if not shown else 0,
        bound=bound,
    )
    show(render(LayerData(123_456_789, (row,), 256)))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert lines[2].startswith("…")
    assert shown in lines[2]
    legend = [f"  {letter}  {said}" for letter, said in LETTERS.values()]
    assert [line for line in lines if line.startswith("  ")] == ([] if shown else legend)
