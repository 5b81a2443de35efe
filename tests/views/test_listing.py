from dlpsim.simulation import prepare
from dlpsim.views.listing import ListingRow, data, render

TEXT = """\
loop 2
  loop core
    move DRAM NRAM 129
  endloop
  compute MAC_32 257
  sync cluster
endloop
"""


def test_rows() -> None:
    program, config = prepare(TEXT, "dlp-m", 2)
    assert data(program, config, 1).rows == (
        ListingRow("1", "loop 2", "", ""),
        ListingRow("2", "  loop 1", "", ""),
        ListingRow("3", "    move DRAM NRAM 129", "dram", "2 beats"),
        ListingRow("4", "  endloop", "", ""),
        ListingRow("5", "  compute MAC_32 257", "compute", "2 cycles"),
        ListingRow("6", "  sync cluster", "", ""),
        ListingRow("7", "endloop", "", ""),
    )


def test_cores_alike_and_others() -> None:
    program, config = prepare(".if core % 2\nsync\n.endif\n", "dlp-m", 4)
    shown = data(program, config, 3)
    assert (shown.alike, shown.executed) == ((1, 3), 1)
    assert list(render(program, config, shown))[:4] == [
        "<text> for dlp-m, cores 1 and 3",
        "1 instruction, 1 executed by each core",
        "cores 0 and 2 have other code: --core K shows it",
        "",
    ]


def test_endless_counts() -> None:
    program, config = prepare("loop 10_000_000_000\n" * 4 + "endloop\n" * 4, "dlp-s")
    assert list(render(program, config, data(program, config, 0)))[1] == (
        "8 instructions, more than 10^30 executed by each core"
    )
