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
; The coding: of each 16 numbers, 64 bytes, 64 / shrink are kept in DRAM: 2 bytes that say which of them are not
; zero, and these, at most 7 for x and 3 for w. So the index is part of the volume. A move from DRAM expands them;
; on chip everything has its full size. Where zeros lie at random, 1.3 of 16 MACs have none: less than an eighth.
;
; What it shows: the schedule is that of fc_1024x256_pipelined.asm, weights kept and inputs streamed in double-buffered
; tiles. As long as the compute unit decides (readings 0 and 1), compression saves only the start: the first
; tile is there sooner. In reading 2 compute (16,384 cycles) falls below the DRAM port (16,896): the port
; decides, and half of what it carries is the output, which is not compressed.
;
; What to look for: what bounds the run, in each reading. With -D reading=2 -D x_shrink=1 -D w_shrink=8
; as many MACs are skipped, but the port carries twice the input, and the run takes 1.44 times as long.
; fc_1024x256_sparse.asm has a scheme that reaches the floor for some sizes, and this one for all others.
;
; Each core streams the whole input from DRAM, and works on its share of the columns.
;
; Where data lie. In DRAM: x by rows and w by columns, both compressed; y by columns. On chip, in the same order:
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

.tensor x DRAM f32 M K : compressed x_shrink
.tensor w DRAM f32 N K : compressed w_shrink
.tensor y DRAM f32 N M
.expect y = matmul w x tb
.equ before core * (N // cores) + core - (core > N % cores) * (core - N % cores)    ; columns of the cores before
.equ w0 w + before * K * fp32 // w_shrink  ; this core's columns of w and y
.equ yc M * fp32                        ; bytes of a column of y
.equ y0 y + before * yc
.equ xd rows * K * fp32 // x_shrink     ; bytes of a tile of x in DRAM, and of the last tile
.equ xl last * K * fp32 // x_shrink
.equ r rows * fp32                      ; bytes of a column of a tile of y, and of the last tile
.equ q last * fp32
.equ z tiles - 1                        ; the last tile, its place, and the other place
.equ e z % 2
.equ o 1 - e
.equ xt rows * K * fp32                 ; bytes of a tile of x on chip
.equ yn 2 * xt                          ; y in NRAM

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
    .equ yt wide * rows * fp32                          ; bytes from one place of y to the other

    move DRAM[w0] WRAM[0] K * first * fp32 // w_shrink : expand w_shrink                ; w of the pass
    move DRAM[x] NRAM[0] xd : expand x_shrink                                           ; x tile 0
    sync
    ; In each step: load the next tile, compute with this one. Its outputs are stored beside the next step.
    .if tiles > 1
        loop tiles - 2 i
            move DRAM[x + (i + 1)*xd] NRAM[(i + 1)%2*xt] xd : expand x_shrink           ; x tile i+1
            compute MAC_32 m0 : matmul NRAM[yn + i%2*yt] WRAM[0] NRAM[i%2*xt] first K rows tb sparse
            sync
            move NRAM[yn + i%2*yt] DRAM[y0 + i*r] r, first, r, yc                       ; y tile i
        endloop
        move DRAM[x + z*xd] NRAM[e*xt] xl : expand x_shrink                             ; x last tile
        compute MAC_32 m0 : matmul NRAM[yn + o*yt] WRAM[0] NRAM[o*xt] first K rows tb sparse
        sync
        move NRAM[yn + o*yt] DRAM[y0 + (z - 1)*r] r, first, r, yc                       ; y tile before
    .endif
    compute MAC_32 -(-first*K*last // skip) : matmul NRAM[yn + e*yt] WRAM[0] NRAM[e*xt] first K last tb sparse
    sync
    move NRAM[yn + e*yt] DRAM[y0 + z*r] q, first, q, yc                                 ; y last tile

    .if passes > 1                                      ; the other passes, all as wide
        loop passes - 1 p
            move DRAM[w1 + p*wp] WRAM[0] wp : expand w_shrink                           ; w of the pass
            move DRAM[x] NRAM[0] xd : expand x_shrink                                   ; x tile 0
            sync
            .if tiles > 1
                loop tiles - 2 i
                    move DRAM[x + (i + 1)*xd] NRAM[(i + 1)%2*xt] xd : expand x_shrink   ; x tile i+1
                    compute MAC_32 m1 : matmul NRAM[yn + i%2*yt] WRAM[0] NRAM[i%2*xt] wide K rows tb sparse
                    sync
                    move NRAM[yn + i%2*yt] DRAM[y1 + p*yp + i*r] r, wide, r, yc         ; y tile i
                endloop
                move DRAM[x + z*xd] NRAM[e*xt] xl : expand x_shrink                     ; x last tile
                compute MAC_32 m1 : matmul NRAM[yn + o*yt] WRAM[0] NRAM[o*xt] wide K rows tb sparse
                sync
                move NRAM[yn + o*yt] DRAM[y1 + p*yp + (z - 1)*r] r, wide, r, yc         ; y tile before
            .endif
            compute MAC_32 -(-wide*K*last // skip) : matmul NRAM[yn + e*yt] WRAM[0] NRAM[e*xt] wide K last tb sparse
            sync
            move NRAM[yn + e*yt] DRAM[y1 + p*yp + z*r] q, wide, q, yc                   ; y last tile
        endloop
    .endif
.endif
