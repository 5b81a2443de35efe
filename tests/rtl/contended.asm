; Two cores and one port to DRAM: core 0 has two beats to load for x, core 1 has four, and each one for w.
; What to look for: while both ask they take turns; a setup lies beside the beats of the other core, never of its own.
    move DRAM NRAM 256*(core + 1)
    move DRAM WRAM 128
    sync
    compute MAC_32 768
    sync
    move NRAM DRAM 128
