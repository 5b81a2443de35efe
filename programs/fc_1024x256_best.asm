; Exercise 7.9 at the floor: a fully connected layer whose input does not fit in NRAM, 1024x256 inputs by
; 256x128 weights, fp32, on one core.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: a compute unit that starts after two beats, never waits, and leaves one beat to store:
; 2 + 131,072 + 1 cycles. The weights stay in WRAM and the input goes by in tiles of 32 rows, as in
; fc_1024x256.asm. What is different is how it starts and how it ends.
;     Grow         One beat of x (16 rows of a k) and one of w (16 columns of it) are work for 1 cycle.
;                  Beside that comes the next beat, which doubles the work, and so on. No step loads longer
;                  than it computes.
;     By k         As long as weights are missing, no tile can go by. So the first two tiles grow together,
;                  k by k: 64 rows and 128 columns of a k, 12 beats, are work for 32 cycles. Beside each k
;                  that is computed, two are loaded.
;     Part         When all weights are there, half of the k are left. Tile 0 is finished first. Then its
;                  outputs leave, and tile 2 takes its room, beside the rest of tile 1.
;     Shrink       The lower half of the last tile is computed one beat of outputs after the other, 16 cycles
;                  each. Beside it go the beat before, and a beat of the upper half.
;
; What to look for: the compute unit is busy for 131,072 of 131,075 cycles. The DRAM port rests for four fifths
; of the time, and nothing waits for it. On dlp-s-real the short steps at both ends wait for their loads, and
; fc_1024x256.asm is faster.
;
; Where data lie. In DRAM: x by columns, w and y by rows.
;     NRAM    two tiles of x side by side, by columns of both; behind them two tiles of y, by rows
;     WRAM    w by rows
; Of two places, the first is for tiles of even number, the second for those of odd number.
;
; holds: dlp-s, 1 core: NRAM 98304, WRAM 131072 bytes
;
; expect: dlp-s, 1 core: 131075 cycles
; expect: dlp-s, 1 core, M=96 K=100 N=80: 3068 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param nram_bytes 128 * 1024            ; the exercise's machine; a program cannot ask
.param wram_bytes 256 * 1024
.equ fp32 4                             ; bytes of a number
.equ beat 64                            ; bytes of a beat of DRAM: 16 numbers
.equ T 32                               ; rows of a tile
.equ tiles M//T

.if (M < 3*T) + (M%T > 0)
    .error M must be a multiple of 32, at least 96: fc_1024x256.asm takes any
.endif
.if (K < 2) + (K%2 > 0)
    .error K must be even, at least 2: fc_1024x256.asm takes any
.endif
.if (N <= 64) + (N%16 > 0)
    .error N must be a multiple of 16, at least 80: fc_1024x256.asm takes any
.endif
.if cores > 1
    .error this program is for one core: fc_1024x256_cluster_best.asm is for several
.endif
.if (2*T*(K + N)*fp32 > nram_bytes) + (K*N*fp32 > wram_bytes)
    .error w must fit in WRAM, and two tiles of x and of y in NRAM: fc_1024x256.asm takes larger ones
.endif

.tensor x DRAM f32 K M
.tensor w DRAM f32 K N
.tensor y DRAM f32 M N
.tensor xc NRAM f32 K 2*T               ; on chip: two tiles of x, two of y, all of w
.tensor yc NRAM f32 2*T N
.tensor wc WRAM f32 K N
.equ xk M*fp32                          ; bytes of a k of x in DRAM
.equ xck 2*T*fp32                       ; and on chip
.equ wk N*fp32                          ; bytes of a k of w
.equ yr N*fp32                          ; bytes of a row of y
.equ xt T*fp32                          ; bytes from a tile of x to the next
.equ yt T*yr                            ; and of y
.expect y = matmul x w ta

; k 0 of tiles 0 and 1.
move DRAM[x] NRAM[xc] beat                                      ; rows 0-15
move DRAM[w] WRAM[wc] beat                                      ; columns 0-15
sync
move DRAM[x + beat] NRAM[xc + beat] beat                        ; rows 16-31
compute MAC_32 16*16 : matmul NRAM[yc] NRAM[xc] WRAM[wc] 16 1 16 2*T N N ta
sync
move DRAM[w + beat] WRAM[wc + beat] beat                        ; columns 16-31
compute MAC_32 16*16 : matmul NRAM[yc + 16*yr] NRAM[xc + beat] WRAM[wc] 16 1 16 2*T N N ta
sync
move DRAM[x + 2*beat] NRAM[xc + 2*beat] 2*beat                  ; rows 32-63
compute MAC_32 32*16 : matmul NRAM[yc + beat] NRAM[xc] WRAM[wc + beat] 32 1 16 2*T N N ta
sync
move DRAM[w + 2*beat] WRAM[wc + 2*beat] 2*beat                  ; columns 32-63
compute MAC_32 32*32 : matmul NRAM[yc + yt] NRAM[xc + xt] WRAM[wc] 32 1 32 2*T N N ta
sync
move DRAM[w + 4*beat] WRAM[wc + 4*beat] wk - 4*beat             ; the other columns
compute MAC_32 64*32 : matmul NRAM[yc + 2*beat] NRAM[xc] WRAM[wc + 2*beat] 64 1 32 2*T N N ta
sync
move DRAM[x + xk] NRAM[xc + xck] xck                            ; k 1
move DRAM[w + wk] WRAM[wc + wk] wk
compute MAC_32 64*(N - 64) : matmul NRAM[yc + 4*beat] NRAM[xc] WRAM[wc + 4*beat] 64 1 N - 64 2*T N N ta
sync

; Compute k i+1 of both tiles, and load k 2i+2 and 2i+3.
loop K//2 - 1 i
    move DRAM[x + (2*i + 2)*xk] NRAM[xc + (2*i + 2)*xck] xck, 2, xk, xck
    move DRAM[w + (2*i + 2)*wk] WRAM[wc + (2*i + 2)*wk] 2*wk
    compute MAC_32 2*T*N : matmul NRAM[yc] NRAM[xc + (i + 1)*xck] WRAM[wc + (i + 1)*wk] 2*T 1 N ta acc
    sync
endloop

; The other half of the k: first of tile 0, then of tile 1. Outputs are stored beside the next step.
.equ h K//2
compute MAC_32 T*h*N : matmul NRAM[yc] NRAM[xc + h*xck] WRAM[wc + h*wk] T h N 2*T ta acc
sync
move NRAM[yc] DRAM[y] yt                                        ; tile 0
move DRAM[x + 2*xt] NRAM[xc] xt, K, xk, xck                     ; tile 2
compute MAC_32 T*h*N : matmul NRAM[yc + yt] NRAM[xc + xt + h*xck] WRAM[wc + h*wk] T h N 2*T ta acc
sync
move NRAM[yc + yt] DRAM[y + yt] yt                              ; tile 1

; Compute tile i+2 and load the next.
loop tiles - 3 i
    move DRAM[x + (i + 3)*xt] NRAM[xc + (i + 1)%2*xt] xt, K, xk, xck
    compute MAC_32 T*K*N : matmul NRAM[yc + i%2*yt] NRAM[xc + i%2*xt] WRAM[wc] T K N 2*T ta
    sync
    move NRAM[yc + i%2*yt] DRAM[y + (i + 2)*yt] yt
endloop

; The last tile: the upper half at once, then the lower half, one beat of outputs after the other.
.equ z tiles - 1
.equ xz xc + z%2*xt                     ; the upper half of the last tile: x and y on chip, y in DRAM
.equ ycz yc + z%2*yt
.equ yz y + z*yt
.equ xl xz + 16*fp32                    ; the lower half
.equ ycl ycz + 16*yr
.equ yl yz + 16*yr
compute MAC_32 16*K*N : matmul NRAM[ycz] NRAM[xz] WRAM[wc] 16 K N 2*T ta
sync
loop 16 i
    loop N//16 j
        move NRAM[ycz + i*yr + j*beat] DRAM[yz + i*yr + j*beat] beat
        compute MAC_32 K*16 : matmul NRAM[ycl + i*yr + j*beat] NRAM[xl + i*fp32] WRAM[wc + j*beat] 1 K 16 2*T N N ta
        sync
        move NRAM[ycl + i*yr + j*beat] DRAM[yl + i*yr + j*beat] beat
    endloop
endloop
