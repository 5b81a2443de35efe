; Exercise 7.12 at the floor: a fully connected layer, 1024x256 inputs by 256x2048 weights, fp32, on cores that
; share a SharedRAM.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: compute units that start after 5 to 8 cycles and never wait, but at barriers for each other.
; Each of four cores has a quarter of the columns. It takes them in passes of 128, whose weights are half of
; its WRAM, and meanwhile loads those of the next pass. x goes by in tiles of 32 rows. In the first pass it
; comes into SharedRAM, a tile at a time, of which each core brings a part, and there it stays for the others.
; So x and w cross the DRAM port once, but for the first two tiles of x.
;     Grow         One beat of x (32 rows of a k) and one of w (32 columns of it) are work for 4 cycles. In
;                  these the port has a beat for each of the four cores, which doubles their work, and so on.
;     By k         As long as weights are missing, no tile can go by. So the first two tiles grow together,
;                  k by k: 64 rows and 128 columns of a k are work for 32 cycles, and 24 beats for the four
;                  cores. Each brings all of x for itself: this needs no barriers. For the 8 cycles that are
;                  left, first x and then w runs ahead.
;     Part         When all weights are there, a quarter of the k is left. Tile 0 is finished first, while
;                  tile 2 comes into SharedRAM. Then its outputs leave, and tile 2 takes its room, beside the
;                  rest of tile 1.
;     Shrink       The lower half of the last tile is computed one beat of outputs after the other, 32 cycles
;                  each. Beside it go the beat before, and a beat of the upper half.
;
; What to look for: each compute unit is busy for 524,288 cycles. The DRAM port is used for a sixth of the
; time, the port of SharedRAM for less; compare fc_1024x256.asm, which waits for its first pass.
;
; Where data lie. In DRAM: x by columns, w and y by rows.
;     SharedRAM    x by columns
;     NRAM         two tiles of x side by side, by columns of both; behind them two tiles of y, by rows
;     WRAM         the core's columns of w for two passes, by rows
; Of two places, the first is for tiles and passes of even number, the second for those of odd number.
;
; holds: dlp-m, 4 cores: NRAM 98304, WRAM 262144, SharedRAM 1048576 bytes
;
; expect: dlp-m, 4 cores: 524300 cycles
; expect: dlp-m, 2 cores, M=128 N=512: 32774 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 2048                           ; columns of w
.param nram_bytes 128 * 1024            ; the exercise's machine; a program cannot ask
.param wram_bytes 256 * 1024
.param shared_bytes 2 * 1024 * 1024
.equ fp32 4                             ; bytes of a number
.equ beat 128                           ; bytes of a beat of DRAM: 32 numbers
.equ T 32                               ; rows of a tile
.equ tiles M//T
.equ C 128                              ; columns of a pass
.equ passes N//(cores*C)

.if cores_per_cluster == 1
    .error this program is for cores that share a SharedRAM: fc_1024x256_best.asm is for one
.endif
.if (M < 4*T) + (M%(2*T) > 0)
    .error M must be a multiple of 64, at least 128: fc_1024x256.asm takes any
.endif
.if (K < 4) + (K%4 > 0) + (K%tiles > 0) + (K%cores_per_cluster > 0)
    .error K must be a multiple of 4, of M / 32 and of the cores of a cluster: fc_1024x256.asm takes any
.endif
.if (passes < 2) + (N%(cores*C) > 0)
    .error N must be a multiple of 128 for each core, at least 256: fc_1024x256.asm takes any
.endif
.if (2*T*(K + C)*fp32 > nram_bytes) + (2*K*C*fp32 > wram_bytes) + (M*K*fp32 > shared_bytes)
    .error x must fit in SharedRAM, two passes of w in WRAM, two tiles in NRAM: fc_1024x256.asm takes larger ones
.endif

.tensor x DRAM f32 K M
.tensor w DRAM f32 K N
.tensor y DRAM f32 M N
.tensor xs SharedRAM f32 K M
.tensor xc NRAM f32 K 2*T               ; in the core: two tiles of x, two of y, two passes of w
.tensor yc NRAM f32 2*T C
.tensor wc WRAM f32 2*K C
.equ xk M*fp32                          ; bytes of a k of x in DRAM and SharedRAM
.equ xck 2*T*fp32                       ; and in the core
.equ wk N*fp32                          ; of a k of w in DRAM, of a row of y in DRAM
.equ yr N*fp32
.equ line C*fp32                        ; and of the columns of a pass of these two
.equ xt T*fp32                          ; bytes from a tile of x to the next
.equ yt T*yr                            ; and of y, in DRAM and in the core
.equ yct T*line
.equ wcp K*line                         ; bytes from a pass to the next in WRAM
.equ wm w + core*passes*line            ; this core's columns in DRAM
.equ ym y + core*passes*line
.equ share K//cores_per_cluster         ; k of a tile that each core brings into SharedRAM
.equ xm x + core_in_cluster*share*xk    ; where they begin, in DRAM and in SharedRAM
.equ xsm xs + core_in_cluster*share*xk
.equ few K//tiles                       ; k of the next pass of w that are loaded beside a tile
.expect y = matmul x w ta

; k 0 of tiles 0 and 1.
move DRAM[x] NRAM[xc] beat                                      ; tile 0
move DRAM[wm] WRAM[wc] beat                                     ; columns 0-31
sync
move DRAM[x + beat] NRAM[xc + beat] beat                        ; tile 1
compute MAC_32 32*32 : matmul NRAM[yc] NRAM[xc] WRAM[wc] 32 1 32 2*T C C ta
sync
move DRAM[wm + beat] WRAM[wc + beat] beat                       ; columns 32-63
compute MAC_32 32*32 : matmul NRAM[yc + yct] NRAM[xc + xt] WRAM[wc] 32 1 32 2*T C C ta
sync
move DRAM[wm + 2*beat] WRAM[wc + 2*beat] 2*beat                 ; columns 64-127
compute MAC_32 64*32 : matmul NRAM[yc + beat] NRAM[xc] WRAM[wc + beat] 64 1 32 2*T C C ta
sync
; All of k 1 at once, 24 beats for four cores, would take longer than the 16 cycles of work that are left.
move DRAM[x + xk] NRAM[xc + xck] xck                            ; k 1
move DRAM[wm + wk] WRAM[wc + line] 2*beat                       ; k 1, columns 0-63
compute MAC_32 64*64 : matmul NRAM[yc + 2*beat] NRAM[xc] WRAM[wc + 2*beat] 64 1 64 2*T C C ta
sync
move DRAM[x + 2*xk] NRAM[xc + 2*xck] xck                        ; k 2
move DRAM[wm + wk + 2*beat] WRAM[wc + line + 2*beat] 2*beat     ; k 1, columns 64-127
compute MAC_32 64*64 : matmul NRAM[yc] NRAM[xc + xck] WRAM[wc + line] 64 1 64 2*T C C ta acc
sync
move DRAM[wm + 2*wk] WRAM[wc + 2*line] line                     ; k 2
compute MAC_32 64*64 : matmul NRAM[yc + 2*beat] NRAM[xc + xck] WRAM[wc + line + 2*beat] 64 1 64 2*T C C ta acc
sync

; Compute k i+2 of both tiles, and load two k of x and one of w.
.equ h K//2
loop h - 2 i
    move DRAM[x + (2*i + 3)*xk] NRAM[xc + (2*i + 3)*xck] xck, 2, xk, xck
    move DRAM[wm + (i + 3)*wk] WRAM[wc + (i + 3)*line] line
    compute MAC_32 2*T*C : matmul NRAM[yc] NRAM[xc + (i + 2)*xck] WRAM[wc + (i + 2)*line] 2*T 1 C ta acc
    sync
endloop

; In the middle, load the last k of x and one of w.
move DRAM[x + (K - 1)*xk] NRAM[xc + (K - 1)*xck] xck
move DRAM[wm + (h + 1)*wk] WRAM[wc + (h + 1)*line] line
compute MAC_32 2*T*C : matmul NRAM[yc] NRAM[xc + h*xck] WRAM[wc + h*line] 2*T 1 C ta acc
sync

; Compute k i+h+1 of both tiles, and load two of w.
.equ xh xc + (h + 1)*xck                ; where these k begin
.equ wh wc + (h + 1)*line
loop K//4 - 1 i
    move DRAM[wm + (2*i + h + 2)*wk] WRAM[wc + (2*i + h + 2)*line] line, 2, wk, line
    compute MAC_32 2*T*C : matmul NRAM[yc] NRAM[xh + i*xck] WRAM[wh + i*line] 2*T 1 C ta acc
    sync
endloop

; The last quarter of the k: first of tile 0, then of tile 1. From here on, what comes first in a step is
; what the step before has computed: its outputs are stored beside this step.
.equ k K//4
.equ xq xc + (K - k)*xck                ; where these k begin
.equ wq wc + (K - k)*line
move DRAM[xm + 2*xt] SharedRAM[xsm + 2*xt] xt, share, xk, xk    ; tile 2, a share
move DRAM[wm + line] WRAM[wc + wcp] line, few, wk, line         ; w of pass 1
compute MAC_32 T*k*C : matmul NRAM[yc] NRAM[xq] WRAM[wq] T k C 2*T ta acc
sync cluster
move NRAM[yc] DRAM[ym] line, T, line, yr                        ; y tile 0
move SharedRAM[xs + 2*xt] NRAM[xc] xt, K, xk, xck               ; tile 2
move DRAM[xm + 3*xt] SharedRAM[xsm + 3*xt] xt, share, xk, xk    ; tile 3, a share
move DRAM[wm + line + few*wk] WRAM[wc + wcp + few*line] line, few, wk, line
compute MAC_32 T*k*C : matmul NRAM[yc + yct] NRAM[xq + xt] WRAM[wq] T k C 2*T ta acc
sync cluster
move NRAM[yc + yct] DRAM[ym + yt] line, T, line, yr             ; y tile 1

; The other tiles of pass 0, here i+2. With the last two, shares come of the first two.
.equ w1 wm + line + 2*few*wk            ; the other k of pass 1, in DRAM and in WRAM
.equ wc1 wc + wcp + 2*few*line
loop tiles - 2 i
    move SharedRAM[xs + (i + 3)%tiles*xt] NRAM[xc + (i + 1)%2*xt] xt, K, xk, xck
    move DRAM[xm + (i + 4)%tiles*xt] SharedRAM[xsm + (i + 4)%tiles*xt] xt, share, xk, xk
    move DRAM[w1 + i*few*wk] WRAM[wc1 + i*few*line] line, few, wk, line
    compute MAC_32 T*K*C : matmul NRAM[yc + i%2*yct] NRAM[xc + i%2*xt] WRAM[wc] T K C 2*T ta
    sync cluster
    move NRAM[yc + i%2*yct] DRAM[ym + (i + 2)*yt] line, T, line, yr
endloop

; The passes between, here p+1. All of x is in SharedRAM.
loop passes - 2 p
    loop tiles i
        move SharedRAM[xs + (i + 1)%tiles*xt] NRAM[xc + (i + 1)%2*xt] xt, K, xk, xck
        move DRAM[wm + (p + 2)*line + i*few*wk] WRAM[wc + p%2*wcp + i*few*line] line, few, wk, line
        compute MAC_32 T*K*C : matmul NRAM[yc + i%2*yct] NRAM[xc + i%2*xt] WRAM[wc + (p + 1)%2*wcp] T K C 2*T ta
        sync
        move NRAM[yc + i%2*yct] DRAM[ym + (p + 1)*line + i*yt] line, T, line, yr
    endloop
endloop

; The last pass, up to its last tile.
.equ yp ym + (passes - 1)*line          ; its columns of y in DRAM, its weights in WRAM
.equ wp wc + (passes - 1)%2*wcp
loop tiles - 1 i
    move SharedRAM[xs + (i + 1)*xt] NRAM[xc + (i + 1)%2*xt] xt, K, xk, xck
    compute MAC_32 T*K*C : matmul NRAM[yc + i%2*yct] NRAM[xc + i%2*xt] WRAM[wp] T K C 2*T ta
    sync
    move NRAM[yc + i%2*yct] DRAM[yp + i*yt] line, T, line, yr
endloop

; The last tile: the upper half at once, then the lower half, one beat of outputs after the other.
.equ xz xc + xt                         ; the upper half: x and y in the core, y in DRAM
.equ ycz yc + yct
.equ yz yp + (tiles - 1)*yt
.equ xl xz + 16*fp32                    ; the lower half
.equ ycl ycz + 16*line
.equ yl yz + 16*yr
compute MAC_32 16*K*C : matmul NRAM[ycz] NRAM[xz] WRAM[wp] 16 K C 2*T ta
sync
loop 16 i
    loop C//32 j
        move NRAM[ycz + i*line + j*beat] DRAM[yz + i*yr + j*beat] beat
        compute MAC_32 K*32 : matmul NRAM[ycl + i*line + j*beat] NRAM[xl + i*fp32] WRAM[wp + j*beat] 1 K 32 2*T C C ta
        sync
        move NRAM[ycl + i*line + j*beat] DRAM[yl + i*yr + j*beat] beat
    endloop
endloop
