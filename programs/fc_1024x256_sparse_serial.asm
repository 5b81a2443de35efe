; Exercise 7.10 with nothing overlapped: the layer of fc_1024x256_sparse.asm, tile by tile: load, wait,
; compute, wait, store, wait.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; The exercise says only that the volume shrinks. Three readings, by -D reading=...
;     0    only the moves shrink; the compute unit does all MACs (the default)
;     1    MACs with zero weights are skipped: a quarter is left
;     2    MACs with a zero weight or a zero input are skipped: an eighth is left
;
; The coding: of each 16 numbers, 64 bytes, 64 / shrink are kept in DRAM: 2 bytes that say which of them are not
; zero, and these, at most 7 for x and 3 for w. So the index is part of the volume. A move from DRAM expands them;
; on chip everything has its full size. Where zeros lie at random, 1.3 of 16 MACs have none: less than an eighth.
;
; What it shows: the sum of the parts: 512 cycles for the weights, then 32 times 256 for the input, 4,096 (or
; 1,024, or 512) for the compute, and 256 for the output.
;
; What to look for: the less there is to compute, the more overlapping would gain; it nearly halves the
; time of reading 2, where loads and stores take as long as the compute.
;
; Each core loads the whole input from DRAM, and works on its share of the columns.
;
; Where data lie. In DRAM: x by rows and w by columns, both compressed; y by columns. On chip, in the same order:
;     NRAM         from byte 0                       x tile                       0
;                  rows * K * 4                      y tile                  32,768
;     WRAM         0                                 w of the pass                0
;
; holds: dlp-s, 1 core: NRAM 49152, WRAM 131072 bytes
;
; expect: dlp-s, 1 core: 147968 cycles
; expect: dlp-s, 1 core, reading=1: 49664 cycles
; expect: dlp-s, 1 core, reading=2: 33280 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param x_shrink 2                       ; x takes 1/x_shrink of its bytes in DRAM
.param w_shrink 4                       ; w takes 1/w_shrink of its bytes in DRAM
.param reading 0                        ; 0: all MACs, 1: none for zero weights, 2: none for zeros
.param nram_bytes 128 * 1024            ; the exercise's machine; a program cannot ask
.param wram_bytes 256 * 1024
.equ fp32 4                             ; bytes of a number

.if (M < 1) + (K < 1) + (N < 1)
    .error M, K and N must be at least 1
.endif
.if (x_shrink != 1) * (x_shrink != 2) * (x_shrink != 4) * (x_shrink != 8)
    .error x_shrink must be 1, 2, 4 or 8
.endif
.if (w_shrink != 1) * (w_shrink != 2) * (w_shrink != 4) * (w_shrink != 8)
    .error w_shrink must be 1, 2, 4 or 8
.endif
.if (K % 16 > 0) * (x_shrink * w_shrink > 1)
    .error K must be a multiple of 16: so many numbers are coded together
.endif
.if (reading < 0) + (reading > 2)
    .error reading must be 0 (moves only), 1 (zero weights skipped) or 2 (zeros of both skipped)
.endif
; Of `skip` MACs one is done, the others are skipped.
.equ skip (1 + (reading >= 1) * (w_shrink - 1)) * (1 + (reading == 2) * (x_shrink - 1))

; The first N % cores cores have one column more than the others.
.equ cols N // cores + (core < N % cores)

; How many columns a pass can have: its weights must fit in WRAM, and tile of one row in NRAM.
; The smaller of a and b is a - (a > b) * (a - b).
.equ wram_cols wram_bytes // fp32 // K
.equ nram_cols nram_bytes // fp32 - K
.equ most_cols wram_cols - (wram_cols > nram_cols) * (wram_cols - nram_cols)
.if most_cols < 1
    .error rows are too long: K + 1 numbers must fit in NRAM, K in WRAM
.endif
.param pass_cols 128 - (128 > most_cols) * (128 - most_cols)
.if (pass_cols < 1) + (pass_cols > most_cols)
    .error pass_cols must be at least 1, and the weights of a pass must fit in WRAM, and a row of y in NRAM
.endif

; How many rows a tile can have so that it fits with its outputs.
.equ most_rows nram_bytes // fp32 // (K + pass_cols)
.param tile_rows 32 - (32 > most_rows) * (32 - most_rows)
.if (tile_rows < 1) + (tile_rows > most_rows)
    .error tile_rows must be at least 1, and a tile must fit in NRAM with its outputs
.endif
.equ rows tile_rows - (tile_rows > M) * (tile_rows - M)
.equ tiles (M + rows - 1) // rows
.equ last M - (tiles - 1) * rows        ; the last tile may have fewer rows

.tensor x DRAM f32 M K : compressed x_shrink
.tensor w DRAM f32 N K : compressed w_shrink
.tensor y DRAM f32 N M
.expect y = matmul w x tb
.equ before core * (N // cores) + core - (core > N % cores) * (core - N % cores)    ; columns of the cores before
.equ w0 w + before * K * fp32 // w_shrink        ; this core's columns of w and y
.equ yc M * fp32                        ; bytes of a column of y
.equ y0 y + before * yc
.equ xd rows * K * fp32 // x_shrink     ; bytes of a tile of x in DRAM, and of the last tile
.equ xl last * K * fp32 // x_shrink
.equ r rows * fp32                      ; bytes of a column of a tile of y, and of the last tile
.equ q last * fp32
.equ z tiles - 1                        ; the last tile
.equ yn rows * K * fp32                 ; y in NRAM

.if cols > 0
    .equ wide pass_cols - (pass_cols > cols) * (pass_cols - cols)
    .equ passes (cols + wide - 1) // wide
    .equ first cols - (passes - 1) * wide               ; the first pass may be narrower
    .equ w1 w0 + first * K * fp32 // w_shrink           ; where the others begin
    .equ y1 y0 + first * yc
    .equ wp wide * K * fp32 // w_shrink                 ; bytes of the others
    .equ yp wide * yc
    .equ m0 -(-first * K * rows // skip)                ; MACs for a tile in the first pass, and in the others
    .equ m1 -(-wide * K * rows // skip)

    move DRAM[w0] WRAM[0] K * first * fp32 // w_shrink : expand w_shrink                ; w of the pass
    sync
    loop tiles - 1 i
        move DRAM[x + i*xd] NRAM[0] xd : expand x_shrink                                ; x tile i
        sync
        compute MAC_32 m0 : matmul NRAM[yn] WRAM[0] NRAM[0] first K rows tb sparse
        sync
        move NRAM[yn] DRAM[y0 + i*r] r, first, r, yc                                    ; y tile i
        sync
    endloop
    move DRAM[x + z*xd] NRAM[0] xl : expand x_shrink                                    ; x last tile
    sync
    compute MAC_32 -(-first*K*last // skip) : matmul NRAM[yn] WRAM[0] NRAM[0] first K last tb sparse
    sync
    move NRAM[yn] DRAM[y0 + z*r] q, first, q, yc                                        ; y last tile
    sync

    .if passes > 1                                      ; the other passes, all as wide
        loop passes - 1 p
            move DRAM[w1 + p*wp] WRAM[0] wp : expand w_shrink                           ; w of the pass
            sync
            loop tiles - 1 i
                move DRAM[x + i*xd] NRAM[0] xd : expand x_shrink                        ; x tile i
                sync
                compute MAC_32 m1 : matmul NRAM[yn] WRAM[0] NRAM[0] wide K rows tb sparse
                sync
                move NRAM[yn] DRAM[y1 + p*yp + i*r] r, wide, r, yc                      ; y tile i
                sync
            endloop
            move DRAM[x + z*xd] NRAM[0] xl : expand x_shrink                            ; x last tile
            sync
            compute MAC_32 -(-wide*K*last // skip) : matmul NRAM[yn] WRAM[0] NRAM[0] wide K last tb sparse
            sync
            move NRAM[yn] DRAM[y1 + p*yp + z*r] q, wide, q, yc                          ; y last tile
            sync
        endloop
    .endif
.endif
