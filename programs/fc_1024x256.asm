; A fully connected layer whose input does not fit in NRAM, 1024x256 inputs, fp32: by 256x128 weights on one
; core (exercise 7.9), and by 256x2048 weights on four cores that share a SharedRAM (exercise 7.12). Both at
; the floor.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: weights stay in WRAM, and the input goes by in tiles of 32 rows: while the core computes with
; one it loads the next and stores the outputs of the one before. That is the plain pipeline; the art is in how
; it starts and how it ends. There are three schemes. The program takes the first two for the sizes at which
; they are fastest, and else the third.
;
; 1. On one core the compute unit starts after two beats, never waits, and leaves one beat to store:
;    2 + 131,072 + 1 cycles.
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
; 2. On four cores the compute units start after 5 to 8 cycles and never wait, but at barriers for each other.
;    Each has a quarter of the columns. It takes them in passes of 128, whose weights are half of its WRAM, and
;    meanwhile loads those of the next pass. In the first pass x comes into SharedRAM, a tile at a time, of
;    which each core brings a part, and there it stays for the others. So x and w cross the DRAM port once, but
;    for the first two tiles of x.
;     Grow         One beat of x (32 rows of a k) and one of w (32 columns of it) are work for 4 cycles. In
;                  these the port has a beat for each of the four cores, which doubles their work, and so on.
;     By k         64 rows and 128 columns of a k are work for 32 cycles, and 24 beats for the four cores. Each
;                  brings all of x for itself: this needs no barriers. For the 8 cycles that are left, first x
;                  and then w runs ahead.
;     Part         When all weights are there, a quarter of the k is left. Tile 0 is finished first, while
;                  tile 2 comes into SharedRAM. Then its outputs leave, and tile 2 takes its room, beside the
;                  rest of tile 1.
;     Shrink       As on one core; a beat of outputs takes 32 cycles.
; 3. Any sizes and any cores: tiles of rows go by in passes, as in fc_1024x256_pipelined.asm, which explains it.
;
; What to look for: the compute unit is busy for 131,072 of 131,075 cycles, on four cores each for 524,288 of
; 524,300. The DRAM port rests for four fifths of the time, and nothing waits for it.
;
; Where each move costs setup and latency, short steps wait for their loads. There choose scheme 3: -D best=0
; takes 134,595 instead of 165,772 cycles on dlp-s-real, 540,472 instead of 559,081 on dlp-m-real.
;
; Where data lie. In schemes 1 and 2, in DRAM: x by columns, w and y by rows. Scheme 3: see there.
;     SharedRAM    x by columns                                           (scheme 2)
;     NRAM         two tiles of x side by side, by columns of both; behind them two tiles of y, by rows
;     WRAM         w, or the core's columns of w for two passes, by rows
; Of two places, the first is for tiles and passes of even number, the second for those of odd number.
;
; holds: dlp-s, 1 core: NRAM 98304, WRAM 131072 bytes
; holds: dlp-m, 4 cores: NRAM 98304, WRAM 262144, SharedRAM 1048576 bytes
;
; expect: dlp-s, 1 core: 131075 cycles
; expect: dlp-s, 1 core, M=96 K=100 N=80: 3068 cycles
; expect: dlp-m, 4 cores: 524300 cycles
; expect: dlp-m, 2 cores, M=128 N=512: 32774 cycles
; expect: dlp-s-real, 1 core: 165772 cycles
; expect: dlp-s-real, 1 core, best=0: 134595 cycles
; expect: dlp-m-real, 4 cores: 559081 cycles
; expect: dlp-m-real, 4 cores, best=0: 540472 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.if cores == 1
    .param N 128                        ; columns of w
.else
    .param N 2048
.endif
.param best 1                           ; 0: scheme 3, whatever the sizes
.param tile_rows 0                      ; rows of x in a tile of scheme 3, and columns of w in a pass of it; another
.param pass_cols 0                      ; number than 0 chooses that scheme
.param nram_bytes 128 * 1024            ; the exercises' machines; a program cannot ask
.param wram_bytes 256 * 1024
.param shared_bytes (cores_per_cluster > 1) * 2 * 1024 * 1024       ; 0: do without SharedRAM
.equ fp32 4                             ; bytes of a number

.if (M < 1) + (K < 1) + (N < 1)
    .error M, K and N must be at least 1
.endif

; Which scheme. Tiles and passes must come out even and fit twice, and to compute a tile must take at least as
; long as the DRAM port needs for what goes on beside it.
.equ T 32                               ; rows of a tile
.equ C 128                              ; columns of a pass of scheme 2
.equ few K*T//M                         ; k of the next pass that are loaded beside a tile of scheme 2
.equ wanted (best != 0) * (tile_rows == 0) * (pass_cols == 0)
.equ even1 (M >= 3*T) * (M%T == 0) * (K%2 == 0) * (N > 64) * (N%16 == 0)
.equ room1 (2*T*(K + N)*fp32 <= nram_bytes) * (K*N*fp32 <= wram_bytes)
.equ hidden1 16*(K + N) <= K*N
.equ scheme1 wanted * (cores == 1) * even1 * room1 * hidden1
.equ even_x (M >= 4*T) * (M%(2*T) == 0) * (K%4 == 0) * (K*T%M == 0) * (K%cores_per_cluster == 0)
.equ even_w (N >= 2*cores*C) * (N%(cores*C) == 0)
.equ room2 (2*T*(K + C)*fp32 <= nram_bytes) * (2*K*C*fp32 <= wram_bytes) * (M*K*fp32 <= shared_bytes)
.equ hidden2 cores*4*(T + few) + clusters*K <= 16*K
.equ scheme2 wanted * (cores_per_cluster > 1) * even_x * even_w * room2 * hidden2

.if scheme1
; ================================================================================================
; 1. One core: the compute unit never waits
; ================================================================================================

.equ beat 64                            ; bytes of a beat of DRAM: 16 numbers
.equ tiles M//T
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

.endif
.if scheme2
; ================================================================================================
; 2. Cores that share a SharedRAM: the compute units wait only for each other
; ================================================================================================

.equ beat 128                           ; bytes of a beat of DRAM: 32 numbers
.equ tiles M//T
.equ passes N//(cores*C)
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

.endif
.if scheme1 + scheme2 == 0
; ================================================================================================
; 3. Any sizes, any cores: tiles of rows in passes, as in fc_1024x256_pipelined.asm
; ================================================================================================

; The first N % cores cores have one column more than the others.
.equ cols N // cores + (core < N % cores)

; How many columns a pass can have: its weights must fit in WRAM, with SharedRAM twice, and two tiles of one
; row in NRAM. With SharedRAM, passes are cheap, and the first should be loaded soon.
; The smaller of a and b is a - (a > b) * (a - b).
.equ fits M * K * fp32 <= shared_bytes
.equ wram_cols wram_bytes // fp32 // (K + fits * K)
.equ nram_cols nram_bytes // fp32 // 2 - K
.equ most_cols wram_cols - (wram_cols > nram_cols) * (wram_cols - nram_cols)
.if most_cols < 1
    .error rows are too long: 2 (K + 1) numbers must fit in NRAM, 2 K in WRAM: see fc_1x256.asm
.endif
.equ good_cols 128 - fits * (128 - 32)
.equ wide_cols good_cols - (good_cols > most_cols) * (good_cols - most_cols)
.equ pass_size pass_cols + (pass_cols == 0) * wide_cols
.if (pass_size < 1) + (pass_size > most_cols)
    .error pass_cols must be at least 1, and the weights of a pass must fit in WRAM (with SharedRAM, twice)
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

; SharedRAM is used if all of x fits there and every tile has a number for each core to bring.
.equ shared fits * (last * K >= cores_per_cluster)
.equ each rows * K // cores_per_cluster
.equ more rows * K % cores_per_cluster
.equ part each + (core_in_cluster < more)
.equ last_each last * K // cores_per_cluster
.equ last_more last * K % cores_per_cluster
.equ last_part last_each + (core_in_cluster < last_more)

.tensor x DRAM f32 M K
.tensor w DRAM f32 N K
.tensor y DRAM f32 N M
.expect y = matmul w x tb
.equ before core * (N // cores) + core - (core > N % cores) * (core - N % cores)        ; columns of the cores before
.equ w0 w + before * K * fp32           ; this core's columns of w and y
.equ yc M * fp32                        ; bytes of a column of y
.equ y0 y + before * yc
.equ xt rows * K * fp32                 ; bytes of a tile of x
.equ yn 2 * xt                          ; y in NRAM
.equ r rows * fp32                      ; bytes of a column of a tile of y, and of the last tile
.equ q last * fp32
.equ z tiles - 1                        ; the last tile, its place, and the other place
.equ e z % 2
.equ o 1 - e
; Where this core's part begins in a tile, and in the last tile.
.equ c core_in_cluster
.equ m (c * each + c - (c > more) * (c - more)) * fp32
.equ n (c * last_each + c - (c > last_more) * (c - last_more)) * fp32

.if cols > 0
    .equ wide pass_size - (pass_size > cols) * (pass_size - cols)
    .equ passes (cols + wide - 1) // wide
    .equ first cols - (passes - 1) * wide               ; the first pass may be narrower
    .equ wp wide * K * fp32                             ; bytes of w of the other passes
    .equ yp wide * yc
    .equ w1 w0 + first * K * fp32                       ; where they begin
    .equ y1 y0 + first * yc
    .equ yt wide * rows * fp32                          ; bytes from one place of y to the other
.endif

.if (cols > 0) * (shared == 0)
    ; Each pass streams the input from DRAM.
    move DRAM[w0] WRAM[0] K * first * fp32                                              ; w of the pass
    move DRAM[x] NRAM[0] rows * K * fp32                                                ; x tile 0
    sync
    ; In each step: load the next tile, compute with this one. Its outputs are stored beside the next step.
    .if tiles > 1
        loop tiles - 2 i
            move DRAM[x + (i + 1)*xt] NRAM[(i + 1)%2*xt] xt                             ; x tile i+1
            compute MAC_32 first*K*rows : matmul NRAM[yn + i%2*yt] WRAM[0] NRAM[i%2*xt] first K rows tb
            sync
            move NRAM[yn + i%2*yt] DRAM[y0 + i*r] r, first, r, yc                       ; y tile i
        endloop
        move DRAM[x + z*xt] NRAM[e*xt] last * K * fp32                                  ; x last tile
        compute MAC_32 first*K*rows : matmul NRAM[yn + o*yt] WRAM[0] NRAM[o*xt] first K rows tb
        sync
        move NRAM[yn + o*yt] DRAM[y0 + (z - 1)*r] r, first, r, yc                       ; y tile before
    .endif
    compute MAC_32 first*K*last : matmul NRAM[yn + e*yt] WRAM[0] NRAM[e*xt] first K last tb
    sync
    move NRAM[yn + e*yt] DRAM[y0 + z*r] q, first, q, yc                                 ; y last tile

    .if passes > 1                                      ; the other passes, all as wide
        loop passes - 1 p
            move DRAM[w1 + p*wp] WRAM[0] wp                                             ; w of the pass
            move DRAM[x] NRAM[0] rows * K * fp32                                        ; x tile 0
            sync
            .if tiles > 1
                loop tiles - 2 i
                    move DRAM[x + (i + 1)*xt] NRAM[(i + 1)%2*xt] xt                     ; x tile i+1
                    compute MAC_32 wide*K*rows : matmul NRAM[yn + i%2*yt] WRAM[0] NRAM[i%2*xt] wide K rows tb
                    sync
                    move NRAM[yn + i%2*yt] DRAM[y1 + p*yp + i*r] r, wide, r, yc         ; y tile i
                endloop
                move DRAM[x + z*xt] NRAM[e*xt] last * K * fp32                          ; x last tile
                compute MAC_32 wide*K*rows : matmul NRAM[yn + o*yt] WRAM[0] NRAM[o*xt] wide K rows tb
                sync
                move NRAM[yn + o*yt] DRAM[y1 + p*yp + (z - 1)*r] r, wide, r, yc         ; y tile before
            .endif
            compute MAC_32 wide*K*last : matmul NRAM[yn + e*yt] WRAM[0] NRAM[e*xt] wide K last tb
            sync
            move NRAM[yn + e*yt] DRAM[y1 + p*yp + z*r] q, wide, q, yc                   ; y last tile
        endloop
    .endif
.endif

.if (cols > 0) * shared
    ; The first pass brings the input into SharedRAM.
    move DRAM[x + m] SharedRAM[m] part * fp32                                           ; x tile 0, a part
    move DRAM[w0] WRAM[0] K * first * fp32                                              ; w of the pass
    sync cluster                                        ; all parts of the tile are there
    move SharedRAM[0] NRAM[0] rows * K * fp32                                           ; x tile 0
    sync
    .if passes > 1
        move DRAM[w1] WRAM[wp] wp                                                       ; w of the next pass
    .endif
    .if tiles > 1
        loop tiles - 2 i
            move DRAM[x + (i + 1)*xt + m] SharedRAM[(i + 1)*xt + m] part * fp32         ; x tile i+1, a part
            compute MAC_32 first*K*rows : matmul NRAM[yn + i%2*yt] WRAM[0] NRAM[i%2*xt] first K rows tb
            sync cluster                                ; all parts of the tile are there
            move SharedRAM[(i + 1)*xt] NRAM[(i + 1)%2*xt] xt                            ; x tile i+1
            sync
            move NRAM[yn + i%2*yt] DRAM[y0 + i*r] r, first, r, yc                       ; y tile i
        endloop
        move DRAM[x + z*xt + n] SharedRAM[z*xt + n] last_part * fp32                    ; x last tile, a part
        compute MAC_32 first*K*rows : matmul NRAM[yn + o*yt] WRAM[0] NRAM[o*xt] first K rows tb
        sync cluster                                    ; all parts of the tile are there
        move SharedRAM[z*xt] NRAM[e*xt] last * K * fp32                                 ; x last tile
        sync
        move NRAM[yn + o*yt] DRAM[y0 + (z - 1)*r] r, first, r, yc                       ; y tile before
    .endif
    compute MAC_32 first*K*last : matmul NRAM[yn + e*yt] WRAM[0] NRAM[e*xt] first K last tb
    sync
    move NRAM[yn + e*yt] DRAM[y0 + z*r] q, first, q, yc                                 ; y last tile

    .if passes > 1
        ; The passes between the first and the last stream it from there, and load the weights of the next.
        loop passes - 2 p
            move SharedRAM[0] NRAM[0] rows * K * fp32                                   ; x tile 0
            sync
            move DRAM[w1 + (p + 1)*wp] WRAM[p%2*wp] wp                                  ; w of the next pass
            .if tiles > 1
                loop tiles - 2 i
                    move SharedRAM[(i + 1)*xt] NRAM[(i + 1)%2*xt] xt                    ; x tile i+1
                    compute MAC_32 wide*K*rows : matmul NRAM[yn + i%2*yt] WRAM[(p + 1)%2*wp] NRAM[i%2*xt] wide K rows tb
                    sync
                    move NRAM[yn + i%2*yt] DRAM[y1 + p*yp + i*r] r, wide, r, yc         ; y tile i
                endloop
                move SharedRAM[z*xt] NRAM[e*xt] last * K * fp32                         ; x last tile
                compute MAC_32 wide*K*rows : matmul NRAM[yn + o*yt] WRAM[(p + 1)%2*wp] NRAM[o*xt] wide K rows tb
                sync
                move NRAM[yn + o*yt] DRAM[y1 + p*yp + (z - 1)*r] r, wide, r, yc         ; y tile before
            .endif
            compute MAC_32 wide*K*last : matmul NRAM[yn + e*yt] WRAM[(p + 1)%2*wp] NRAM[e*xt] wide K last tb
            sync
            move NRAM[yn + e*yt] DRAM[y1 + p*yp + z*r] q, wide, q, yc                   ; y last tile
        endloop

        ; The last pass has no weights to load.
        .equ f (passes - 1) % 2                                                         ; the place of its weights
        .equ y2 y1 + (passes - 2)*yp                                                    ; and of its columns of y
        move SharedRAM[0] NRAM[0] rows * K * fp32                                       ; x tile 0
        sync
        .if tiles > 1
            loop tiles - 2 i
                move SharedRAM[(i + 1)*xt] NRAM[(i + 1)%2*xt] xt                        ; x tile i+1
                compute MAC_32 wide*K*rows : matmul NRAM[yn + i%2*yt] WRAM[f*wp] NRAM[i%2*xt] wide K rows tb
                sync
                move NRAM[yn + i%2*yt] DRAM[y2 + i*r] r, wide, r, yc                    ; y tile i
            endloop
            move SharedRAM[z*xt] NRAM[e*xt] last * K * fp32                             ; x last tile
            compute MAC_32 wide*K*rows : matmul NRAM[yn + o*yt] WRAM[f*wp] NRAM[o*xt] wide K rows tb
            sync
            move NRAM[yn + o*yt] DRAM[y2 + (z - 1)*r] r, wide, r, yc                    ; y tile before
        .endif
        compute MAC_32 wide*K*last : matmul NRAM[yn + e*yt] WRAM[f*wp] NRAM[e*xt] wide K last tb
        sync
        move NRAM[yn + e*yt] DRAM[y2 + z*r] q, wide, q, yc                              ; y last tile
    .endif
.endif

.if (cols == 0) * shared
    ; No columns for this core: help to bring the input.
    loop tiles - 1 i
        move DRAM[x + i*xt + m] SharedRAM[i*xt + m] part * fp32                         ; x tile i, a part
        sync cluster
    endloop
    move DRAM[x + z*xt + n] SharedRAM[z*xt + n] last_part * fp32                        ; x last tile, a part
    sync cluster
.endif

.endif
