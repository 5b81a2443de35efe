; Exercise 7.10: the layer of exercise 7.9, 1024x256 inputs by 256x128 weights, fp32, with the weights
; compressed to 1/4 of their volume in DRAM and the inputs to 1/2, by sparse coding.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; The exercise says only that the volume shrinks. Three readings, by -D reading=...
;     0    only the moves shrink; the compute unit does all MACs (the default)
;     1    MACs with zero weights are skipped: a quarter is left
;     2    MACs with a zero weight or a zero input are skipped: an eighth is left
;
; What it shows: the schedule is that of fc_1024x256.asm, weights kept and inputs streamed in double-buffered
; tiles. As long as the compute unit decides (readings 0 and 1), compression saves only the start: the first
; tile is there sooner. In reading 2 compute (16,384 cycles) falls below the DRAM port (16,896): the port
; decides, and half of what it carries is the output, which is not compressed.
;
; What to look for: what bounds the run, in each reading. With -D reading=2 -D x_shrink=1 -D w_shrink=8
; as many MACs are skipped, but the port carries twice the input, and the run takes 1.44 times as long.
;
; Each core streams the whole input from DRAM, and works on its share of the columns.
;
; Where data lie. In DRAM: x and w compressed, tile by tile as they are loaded; y as it is stored, not
; compressed. On chip everything has its full size: it is decompressed on the way in.
;     NRAM         from byte 0                       x, even tiles                0
;                  rows * K * 4                      x, odd tiles            32,768
;                  2 * rows * K * 4                  y, even tiles           65,536
;                  rows * (2 * K + columns) * 4      y, odd tiles            81,920
;     WRAM         0                                 w of the pass                0
;
; holds: dlp-s, 1 core: NRAM 98304, WRAM 131072 bytes
;
; expect: dlp-s, 1 core: 132096 cycles
; expect: dlp-s, 1 core, reading=1: 33792 cycles
; expect: dlp-s, 1 core, reading=2: 17408 cycles
; expect: dlp-s, 1 core, reading=2 x_shrink=1 w_shrink=8: 25088 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param x_shrink 2                       ; x takes 1/x_shrink of its bytes in DRAM
.param w_shrink 4                       ; w takes 1/w_shrink of its bytes in DRAM
.param reading 0                        ; 0: all MACs, 1: none for zero weights, 2: none for zeros
.param nram_bytes 128 * 1024            ; the exercise's machine; a program cannot ask
.param wram_bytes 256 * 1024
.equ fp32 4                             ; bytes of a number

.if (M < 1) + (K < 1) + (N < 1) + (x_shrink < 1) + (w_shrink < 1)
    .error M, K, N, x_shrink and w_shrink must be at least 1
.endif
.if (reading < 0) + (reading > 2)
    .error reading must be 0 (moves only), 1 (zero weights skipped) or 2 (zeros of both skipped)
.endif
; Of `skip` MACs one is done, the others are skipped.
.equ skip (1 + (reading >= 1) * (w_shrink - 1)) * (1 + (reading == 2) * (x_shrink - 1))

; The first N % cores cores have one column more than the others.
.equ cols N // cores + (core < N % cores)

; How many columns a pass can have: its weights must fit in WRAM, and two tiles of one row in NRAM.
; The smaller of a and b is a - (a > b) * (a - b).
.equ wram_cols wram_bytes // fp32 // K
.equ nram_cols nram_bytes // fp32 // 2 - K
.equ most_cols wram_cols - (wram_cols > nram_cols) * (wram_cols - nram_cols)
.if most_cols < 1
    .error rows are too long: 2 (K + 1) numbers must fit in NRAM, K in WRAM
.endif
.param pass_cols 128 - (128 > most_cols) * (128 - most_cols)
.if (pass_cols < 1) + (pass_cols > most_cols)
    .error pass_cols must be at least 1, and the weights of a pass must fit in WRAM, and two rows of y in NRAM
.endif

; How many rows a tile can have so that it fits twice, with its outputs.
.equ most_rows nram_bytes // fp32 // (2 * (K + pass_cols))
.param tile_rows 32 - (32 > most_rows) * (32 - most_rows)
.if (tile_rows < 1) + (tile_rows > most_rows)
    .error tile_rows must be at least 1, and two tiles must fit in NRAM with their outputs
.endif
.equ rows tile_rows - (tile_rows > M) * (tile_rows - M)
.equ tiles (M + rows - 1) // rows
.equ last M - (tiles - 1) * rows        ; the last tile may have fewer rows

; Bytes of a tile as it comes from DRAM; a part of a byte counts as one.
.equ x_tile (rows * K * fp32 + x_shrink - 1) // x_shrink
.equ x_last (last * K * fp32 + x_shrink - 1) // x_shrink

.if cols > 0
    .equ wide pass_cols - (pass_cols > cols) * (pass_cols - cols)
    .equ passes (cols + wide - 1) // wide
    .equ first cols - (passes - 1) * wide                               ; the first pass may be narrower

    move DRAM WRAM (K * first * fp32 + w_shrink - 1) // w_shrink        ; w of the pass
    move DRAM NRAM x_tile                                               ; x tile 0
    sync
    ; In each step: load the next tile, compute with this one. Its outputs are stored beside the next step.
    .if tiles > 1
        loop tiles - 2
            move DRAM NRAM x_tile                                       ; x tile i+1
            compute MAC_32 (rows * K * first + skip - 1) // skip        ; y tile i
            sync
            move NRAM DRAM rows * first * fp32                          ; y tile i
        endloop
        move DRAM NRAM x_last                                           ; x tile i+1
        compute MAC_32 (rows * K * first + skip - 1) // skip            ; y tile i
        sync
        move NRAM DRAM rows * first * fp32                              ; y tile i
    .endif
    compute MAC_32 (last * K * first + skip - 1) // skip                ; y last tile
    sync
    move NRAM DRAM last * first * fp32                                  ; y last tile

    .if passes > 1                                                      ; the other passes, all as wide
        loop passes - 1
            move DRAM WRAM (K * wide * fp32 + w_shrink - 1) // w_shrink ; w of the pass
            move DRAM NRAM x_tile                                       ; x tile 0
            sync
            .if tiles > 1
                loop tiles - 2
                    move DRAM NRAM x_tile                               ; x tile i+1
                    compute MAC_32 (rows * K * wide + skip - 1) // skip ; y tile i
                    sync
                    move NRAM DRAM rows * wide * fp32                   ; y tile i
                endloop
                move DRAM NRAM x_last                                   ; x tile i+1
                compute MAC_32 (rows * K * wide + skip - 1) // skip     ; y tile i
                sync
                move NRAM DRAM rows * wide * fp32                       ; y tile i
            .endif
            compute MAC_32 (last * K * wide + skip - 1) // skip         ; y last tile
            sync
            move NRAM DRAM last * wide * fp32                           ; y last tile
        endloop
    .endif
.endif
