; Exercise 7.10 at the floor: the layer of exercise 7.9, 1024x256 inputs by 256x128 weights, fp32, with the
; weights compressed to 1/4 of their volume in DRAM and the inputs to 1/2, by sparse coding.
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
; on chip everything has its full size. Of the 16 x 16 MACs of 16 rows and 16 columns of a k, at most 21 have no
; zero: less than an eighth.
;
; What it shows: two schemes, the first for the sizes at which it is fastest, else the second.
; 1. Scheme 1 of fc_1024x256.asm, which explains its steps, with shorter loads. In readings 0 and 1 the compute
;    unit starts after two beats, never waits, and leaves one beat to store. In reading 2 it has 16,384 cycles
;    to do, but the DRAM port has 16,896 and decides: it rests in 3 of 16,899 cycles.
;     Grow         Tile 0 and the left half of a k of w are work for the time in which tile 1 and the right
;                  half come. Then the first two tiles grow together, two k of both are loaded beside one.
;     Part         When all weights are there, tile 0 is finished first. Then its outputs leave, and tile 2
;                  takes its room, beside the rest of tile 1. From here on tiles go by.
;     Shrink       The lower half of the last tile is computed one beat of outputs after the other. Beside it
;                  go the beat before, and a beat of the upper half.
; 2. Any sizes and any cores: as in fc_1024x256_sparse_pipelined.asm, which explains it.
;
; What to look for: what bounds the run, in each reading. With -D reading=2 -D x_shrink=1 -D w_shrink=8 as many
; MACs are skipped, but the port carries twice the input, and the run takes 1.48 times as long.
;
; Where each move costs setup and latency, short steps wait for their loads. There choose scheme 2: -D best=0
; takes 132,803 instead of 163,260 cycles on dlp-s-real, and 21,925 instead of 75,903 in reading 2.
;
; Where data lie. In scheme 1, in DRAM: x by columns and w by rows, both compressed; y by rows. Scheme 2: see
; there.
;     NRAM    two tiles of x side by side, by columns of both; behind them two tiles of y, by rows
;     WRAM    w by rows
; Of two places, the first is for tiles of even number, the second for those of odd number.
;
; holds: dlp-s, 1 core: NRAM 98304, WRAM 131072 bytes
;
; expect: dlp-s, 1 core: 131075 cycles
; expect: dlp-s, 1 core, reading=1: 32771 cycles
; expect: dlp-s, 1 core, reading=2: 16899 cycles
; expect: dlp-s, 1 core, reading=2 x_shrink=1 w_shrink=8: 25088 cycles
; expect: dlp-s-real, 1 core: 163260 cycles
; expect: dlp-s-real, 1 core, best=0: 132803 cycles
; expect: dlp-s-real, 1 core, reading=2: 75903 cycles
; expect: dlp-s-real, 1 core, reading=2 best=0: 21925 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param x_shrink 2                       ; x takes 1/x_shrink of its bytes in DRAM
.param w_shrink 4                       ; w takes 1/w_shrink of its bytes in DRAM
.param reading 0                        ; 0: all MACs, 1: none for zero weights, 2: none for zeros
.param best 1                           ; 0: scheme 2, whatever the sizes
.param tile_rows 0                      ; rows of x in a tile of scheme 2, and columns of w in a pass of it; another
.param pass_cols 0                      ; number than 0 chooses that scheme
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
.if (reading < 0) + (reading > 2)
    .error reading must be 0 (moves only), 1 (zero weights skipped) or 2 (zeros of both skipped)
.endif
; Of `skip` MACs one is done, the others are skipped.
.equ skip (1 + (reading >= 1) * (w_shrink - 1)) * (1 + (reading == 2) * (x_shrink - 1))

; Which scheme. Tiles must come out even and fit twice, steps must take whole cycles, and to compute a tile must
; take at least as long as to load and store one.
.equ T 32                               ; rows of a tile
.equ wanted (best != 0) * (tile_rows == 0) * (pass_cols == 0)
.equ even (M >= 3*T) * (M%T == 0) * (N > 64) * (N%32 == 0)
.equ room (2*T*(K + N)*fp32 <= nram_bytes) * (K*N*fp32 <= wram_bytes)
.equ hidden 8*skip*(-(-2//x_shrink)*K + 2*N) <= K*N
.equ whole (K%(16*skip) == 0) * (N%(4*skip) == 0)
.equ scheme1 wanted * (cores == 1) * even * room * hidden * whole

.if scheme1
; ================================================================================================
; 1. One core: the compute unit never waits, or the DRAM port does not
; ================================================================================================

.equ beat 64                            ; bytes of a beat of DRAM: 16 numbers
.equ tiles M//T
.equ half N//2                          ; columns of half a row of w
.tensor x DRAM f32 K M : compressed x_shrink
.tensor w DRAM f32 K N : compressed w_shrink
.tensor y DRAM f32 M N
.tensor xc NRAM f32 K 2*T               ; on chip: two tiles of x, two of y, all of w
.tensor yc NRAM f32 2*T N
.tensor wc WRAM f32 K N
.equ xk M*fp32//x_shrink                ; bytes of a k of x in DRAM
.equ xck 2*T*fp32                       ; and on chip
.equ wk N*fp32//w_shrink                ; bytes of a k of w in DRAM
.equ wck N*fp32                         ; and on chip
.equ yr N*fp32                          ; bytes of a row of y
.equ xt T*fp32//x_shrink                ; bytes from a tile of x to the next in DRAM
.equ xct T*fp32                         ; and on chip
.equ yt T*yr                            ; and from a tile of y to the next
.equ right half*fp32                    ; where the right half of a row begins on chip
.expect y = matmul x w ta

; k 0 of tiles 0 and 1.
move DRAM[x] NRAM[xc] xt : expand x_shrink                      ; tile 0
move DRAM[w] WRAM[wc] wk//2 : expand w_shrink                   ; left
sync
move DRAM[x + xt] NRAM[xc + xct] xt : expand x_shrink           ; tile 1
move DRAM[w + wk//2] WRAM[wc + right] wk//2 : expand w_shrink   ; right
compute MAC_32 T*half//skip : matmul NRAM[yc] NRAM[xc] WRAM[wc] T 1 half 2*T N N ta sparse
sync
move DRAM[x + xk] NRAM[xc + xck] 2*xt : expand x_shrink         ; k 1
move DRAM[w + wk] WRAM[wc + wck] wk : expand w_shrink
compute MAC_32 T*half//skip : matmul NRAM[yc + yt] NRAM[xc + xct] WRAM[wc] T 1 half 2*T N N ta sparse
compute MAC_32 2*T*half//skip : matmul NRAM[yc + right] NRAM[xc] WRAM[wc + right] 2*T 1 half 2*T N N ta sparse
sync

; Compute k i+1 of both tiles. Load two k beside it if they take no longer; otherwise one.
.equ beats -(-2*xt//beat) - (-wk//beat)
.equ n 1 + (2*beats*256*skip <= 2*T*N)
.equ steps (K - 2)//n
loop steps i
    move DRAM[x + (n*i + 2)*xk] NRAM[xc + (n*i + 2)*xck] 2*xt, n, xk, xck : expand x_shrink
    move DRAM[w + (n*i + 2)*wk] WRAM[wc + (n*i + 2)*wck] n*wk : expand w_shrink
    compute MAC_32 2*T*N//skip : matmul NRAM[yc] NRAM[xc + (i + 1)*xck] WRAM[wc + (i + 1)*wck] 2*T 1 N ta acc sparse
    sync
endloop

; The other k: first of tile 0, then of tile 1. Outputs are stored beside the next step.
.equ k K - 1 - steps
.equ xq xc + (K - k)*xck                ; where these k begin
.equ wq wc + (K - k)*wck
compute MAC_32 T*k*N//skip : matmul NRAM[yc] NRAM[xq] WRAM[wq] T k N 2*T ta acc sparse
sync
move NRAM[yc] DRAM[y] yt                                        ; tile 0
move DRAM[x + 2*xt] NRAM[xc] xt, K, xk, xck : expand x_shrink   ; tile 2
compute MAC_32 T*k*N//skip : matmul NRAM[yc + yt] NRAM[xq + xct] WRAM[wq] T k N 2*T ta acc sparse
sync
move NRAM[yc + yt] DRAM[y + yt] yt                              ; tile 1

; Compute tile i+2 and load the next.
loop tiles - 3 i
    move DRAM[x + (i + 3)*xt] NRAM[xc + (i + 1)%2*xct] xt, K, xk, xck : expand x_shrink
    compute MAC_32 T*K*N//skip : matmul NRAM[yc + i%2*yt] NRAM[xc + i%2*xct] WRAM[wc] T K N 2*T ta sparse
    sync
    move NRAM[yc + i%2*yt] DRAM[y + (i + 2)*yt] yt
endloop

; The last tile: the upper half at once, then the lower half, one beat of outputs after the other.
.equ z tiles - 1
.equ xz xc + z%2*xct                    ; the upper half of the last tile: x and y on chip, y in DRAM
.equ ycz yc + z%2*yt
.equ yz y + z*yt
.equ xl xz + 16*fp32                    ; the lower half
.equ ycl ycz + 16*yr
.equ yl yz + 16*yr
.equ m K*16//skip                       ; MACs for a beat
compute MAC_32 16*K*N//skip : matmul NRAM[ycz] NRAM[xz] WRAM[wc] 16 K N 2*T ta sparse
sync
loop 16 i
    loop N//16 j
        move NRAM[ycz + i*yr + j*beat] DRAM[yz + i*yr + j*beat] beat
        compute MAC_32 m : matmul NRAM[ycl + i*yr + j*beat] NRAM[xl + i*fp32] WRAM[wc + j*beat] 1 K 16 2*T N N ta sparse
        sync
        move NRAM[ycl + i*yr + j*beat] DRAM[yl + i*yr + j*beat] beat
    endloop
endloop

.endif
.if scheme1 == 0
; ================================================================================================
; 2. Any sizes, any cores: tiles of rows in passes, as in fc_1024x256_sparse_pipelined.asm
; ================================================================================================

.if (K % 16 > 0) * (x_shrink * w_shrink > 1)
    .error K must be a multiple of 16: so many numbers are coded together
.endif

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
.equ good_cols 128 - (128 > most_cols) * (128 - most_cols)
.equ pass_size pass_cols + (pass_cols == 0) * good_cols
.if (pass_size < 1) + (pass_size > most_cols)
    .error pass_cols must be at least 1, and the weights of a pass must fit in WRAM, and two rows of y in NRAM
.endif

; How many rows a tile can have so that it fits twice, with its outputs.
.equ most_rows nram_bytes // fp32 // (2 * (K + pass_size))
.equ good_rows 32 - (32 > most_rows) * (32 - most_rows)
.equ tile_size tile_rows + (tile_rows == 0) * good_rows
.if (tile_size < 1) + (tile_size > most_rows)
    .error tile_rows must be at least 1, and two tiles must fit in NRAM with their outputs
.endif
.equ rows tile_size - (tile_size > M) * (tile_size - M)
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
    .equ wide pass_size - (pass_size > cols) * (pass_size - cols)
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

.endif
