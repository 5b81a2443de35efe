"""Small programs that the tests of the command line run."""

FC_1X256 = """\
move DRAM NRAM 1024
move DRAM WRAM 1024
sync
compute MAC_32 256
sync
move NRAM DRAM 4
"""

CONTENDING = """\
; Each core has a little more to do than the one before.
.param tiles 2
loop tiles + core
  move DRAM NRAM 1024
  compute MAC_32 4096
  move NRAM DRAM 256
endloop
"""

ENDLESS = """\
loop 1_000_000_000_000_000_000
  move DRAM NRAM 64
  compute MAC_32 256
endloop
"""

LOST_BARRIER = """\
.if core == 0
  sync chip
.endif
"""
