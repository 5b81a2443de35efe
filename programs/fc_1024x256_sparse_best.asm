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
; What it shows: the schedule of fc_1024x256_best.asm with shorter loads. In readings 0 and 1 the compute unit
; starts after two beats, never waits, and leaves one beat to store. In reading 2 it has 16,384 cycles to do,
; but the DRAM port has 16,896 and decides: it rests in 3 of 16,899 cycles.
;
; What to look for: what bounds the run, in each reading. With -D reading=2 -D x_shrink=1 -D w_shrink=8 as many
; MACs are skipped, but the port carries twice the input, and the run takes 1.47 times as long.
;
; Where data lie. In DRAM: x by columns and w by rows, both compressed; y by rows.
;     NRAM    two tiles of x side by side, by columns of both; behind them two tiles of y, by rows
;     WRAM    w by rows
; Of two places, the first is for tiles of even number, the second for those of odd number.
;
; holds: dlp-s, 1 core: NRAM 98304, WRAM 131072 bytes
;
; expect: dlp-s, 1 core: 131075 cycles
; expect: dlp-s, 1 core, reading=1: 32771 cycles
; expect: dlp-s, 1 core, reading=2: 16899 cycles
; expect: dlp-s, 1 core, reading=2 x_shrink=1 w_shrink=8: 24836 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param x_shrink 2                       ; x takes 1/x_shrink of its bytes in DRAM
.param w_shrink 4                       ; w takes 1/w_shrink of its bytes in DRAM
.param reading 0                        ; 0: all MACs, 1: none for zero weights, 2: none for zeros
.param nram_bytes 128 * 1024            ; the exercise's machine; a program cannot ask
.param wram_bytes 256 * 1024
.equ fp32 4                             ; bytes of a number
.equ beat 64                            ; bytes of a beat of DRAM: 16 numbers
.equ T 32                               ; rows of a tile
.equ tiles M//T
.equ half N//2                          ; columns of half a row of w

.if (M < 3*T) + (M%T > 0)
    .error M must be a multiple of 32, at least 96: fc_1024x256_sparse.asm takes any
.endif
.if (K < 2) + (K%2 > 0)
    .error K must be even, at least 2: fc_1024x256_sparse.asm takes any
.endif
.if (N < 1) + (half%16 > 0)
    .error N must be a multiple of 32: fc_1024x256_sparse.asm takes any
.endif
.if (reading < 0) + (reading > 2)
    .error reading must be 0 (moves only), 1 (zero weights skipped) or 2 (zeros of both skipped)
.endif
.if (x_shrink != 1) * (x_shrink != 2) * (x_shrink != 4) * (x_shrink != 8)
    .error x_shrink must be 1, 2, 4 or 8
.endif
.if (w_shrink != 1) * (w_shrink != 2) * (w_shrink != 4) * (w_shrink != 8)
    .error w_shrink must be 1, 2, 4 or 8
.endif
.if cores > 1
    .error this program is for one core: fc_1024x256_sparse.asm is for several
.endif
.if (2*T*(K + N)*fp32 > nram_bytes) + (K*N*fp32 > wram_bytes)
    .error w must fit in WRAM, and two tiles of x and of y in NRAM: fc_1024x256_sparse.asm takes larger ones
.endif
; Of `skip` MACs one is done, the others are skipped.
.equ skip (1 + (reading >= 1) * (w_shrink - 1)) * (1 + (reading == 2) * (x_shrink - 1))

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
