; A fully connected layer, 32x256 inputs by 256x128 weights, fp32: on one core (exercise 7.8), and on four
; cores that share a SharedRAM (exercise 7.11). Both at the floor.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: everything fits on chip, so only the order of the work matters. There are three schemes.
; The program takes the first two for the sizes at which they are fastest, and else the third.
;
; 1. On one core the compute unit decides. It starts after two beats, never waits, and leaves one beat to
;    store: 2 + 4,096 + 1 cycles.
;     By k         A column of x and a row of w, 10 beats, are work for 16 cycles: from the first k on,
;                  loading is faster than computing. (Tiles of columns need all of x first.)
;     Grow         One beat of x (16 rows of a k) and one of w (16 columns of it) are work for 1 cycle.
;                  Beside that comes the next beat, which doubles the work, and so on. No step loads longer
;                  than it computes.
;     Run ahead    Beside each k that is computed, one and a half are loaded. When all is there, 86 k are
;                  left to compute.
;     Shrink       Outputs are complete only when all k are added. So the last 80 k are added for one beat
;                  of outputs after the other, 5 cycles each, and beside it the beat before is stored.
; 2. On four cores the DRAM port decides, and it never rests. It has 1,408 cycles to do (256 for x, 1,024 for
;    w, 128 for y), the compute units only 1,024. Each core has 32 of the columns: of these, a k of w and a
;    row of y are just one beat of 128 bytes.
;     By k         x and w come four k at a time. Each core brings one of the four k of x into SharedRAM, all
;                  meet at a barrier, and each copies the four: 20 cycles of the port, 16 of compute.
;     Shrink       The port decides, so compute must shrink to the end: when the last k are there, nothing
;                  may be left but what the stores hide. So the last 8 k are added row by row, 1 cycle each,
;                  and beside it the row before is stored.
;     Stagger      The cycle of the first row is hidden too. The port serves the cores in turn: core 0 has its
;                  last weights 3 cycles before core 3, and its first row is there when the port is free.
; 3. Any sizes and any cores: tiles of columns go by, as in fc_32x256_pipelined.asm, which explains it.
;
; What to look for: on one core the compute unit is busy for 4,096 of 4,099 cycles. On four cores the DRAM port
; is busy in all cycles. None of the channels to it is for more than a quarter of them: they stall for the
; port, and only together keep it busy.
;
; Where each move costs setup and latency, many small steps do not pay. There choose scheme 3: with -D best=0,
; dlp-s-real takes 5,445 cycles instead of 58,836. Larger tiles choose it too: with -D tile_cols=16, four cores
; of dlp-m-real take 2,348 cycles instead of 14,259.
;
; Where data lie. In schemes 1 and 2, in DRAM: x by columns, w and y by rows. Scheme 3: see there.
;     SharedRAM    x by columns                                           (scheme 2)
;     NRAM         x by columns, then y, or the core's columns of it, by rows
;     WRAM         w, or the core's columns of it, by rows
;
; holds: dlp-s, 1 core: NRAM 49152, WRAM 131072 bytes
; holds: dlp-m, 4 cores: NRAM 36864, WRAM 32768, SharedRAM 32768 bytes
;
; expect: dlp-s, 1 core: 4099 cycles
; expect: dlp-s, 1 core, M=1: 2192 cycles
; expect: dlp-s, 1 core, tile_cols=1: 4626 cycles
; expect: dlp-m, 4 cores: 1408 cycles
; expect: dlp-m, 2 cores: 2164 cycles
; expect: dlp-s-real, 1 core: 58836 cycles
; expect: dlp-s-real, 1 core, best=0: 5445 cycles
; expect: dlp-m-real, 4 cores: 14259 cycles
; expect: dlp-m-real, 4 cores, tile_cols=16: 2348 cycles

.param M 32                             ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param best 1                           ; 0: scheme 3, whatever the sizes
.param tile_cols 0                      ; columns of w in a tile of scheme 3, which is then taken; 0: what is good
.param nram_bytes 128 * 1024            ; the exercises' machines; a program cannot ask
.param wram_bytes 256 * 1024
.param shared_bytes (cores_per_cluster > 1) * 2 * 1024 * 1024       ; 0: do without SharedRAM
.equ fp32 4                             ; bytes of a number
.equ all N//cores                       ; columns of a core, if all have as many

.if (M < 1) + (K < 1) + (N < 1)
    .error M, K and N must be at least 1
.endif

; Which scheme. Both 1 and 2 want all data on chip, and steps of whole beats and whole cycles.
.equ room (M*(K + all)*fp32 <= nram_bytes) * (K*all*fp32 <= wram_bytes)
.equ wanted (best != 0) * (tile_cols == 0) * room

; Scheme 1: to load one and a half k may take no longer than to compute one; when all is there, 16 k must be left.
.equ whole1 (M%16 == 0) * (N%16 == 0) * (N > 64)
.equ ahead (24*(M + N) <= M*N) * (K >= 48)
.equ scheme1 wanted * (cores == 1) * whole1 * ahead

; Scheme 2: the DRAM port must have more to do than the compute units, or x so many k that it pays to begin early.
.equ whole2 (M%32 == 0) * (N%(32*cores) == 0) * (2*cores_per_cluster*all%256 == 0) * (K%cores_per_cluster == 0)
.equ early (M*all <= 8*(M*clusters + N)) + (K >= 4*M) > 0
.equ long K >= 16*cores_per_cluster
.equ shares (cores_per_cluster > 1) * (M*K*fp32 <= shared_bytes)
.equ scheme2 wanted * shares * whole2 * early * long

.if scheme1
; ================================================================================================
; 1. One core: the compute unit never waits
; ================================================================================================

.equ beat 64                            ; bytes of a beat of DRAM: 16 numbers
.tensor x DRAM f32 K M
.tensor w DRAM f32 K N
.tensor y DRAM f32 M N
.tensor xc NRAM f32 K M                 ; x, y and w on chip
.tensor yc NRAM f32 M N
.tensor wc WRAM f32 K N
.equ xk M*fp32                          ; bytes of a k of x, of a k of w, of a row of y
.equ wk N*fp32
.equ yr N*fp32
.expect y = matmul x w ta

; The first two k come in pieces. A row of w has a left half, 4 beats, and a right one.
.equ right N - 64
.equ half 4*beat

; The loop loads one and a half k beside each that it computes. It begins to compute at k 2, to load at k 3.
.equ xs 3*xk//2                         ; bytes of x and of w that are loaded beside a k
.equ ws 3*wk//2
.equ steps (K - 3)*2//3
.equ x_rest (K - 3)*xk - steps*xs       ; bytes that it leaves to load
.equ w_rest (K - 3)*wk - steps*ws
.equ open K - 2 - steps                 ; k that it leaves to compute

; The last k: a multiple of 16, since 16 k are work for 1 cycle for a beat of outputs.
.equ z open - open%16
.equ xz xc + (K - z)*xk                 ; where they begin
.equ wz wc + (K - z)*wk

move DRAM[x] NRAM[xc] beat                                  ; k 0, rows 0-15
move DRAM[w] WRAM[wc] beat                                  ; k 0, columns 0-15
sync
move DRAM[x + beat] NRAM[xc + beat] xk - beat               ; k 0, the other rows
compute MAC_32 16*16 : matmul NRAM[yc] NRAM[xc] WRAM[wc] 16 1 16 M N N ta
sync
move DRAM[w + beat] WRAM[wc + beat] beat                    ; k 0, columns 16-31
compute MAC_32 (M - 16)*16 : matmul NRAM[yc + 16*yr] NRAM[xc + beat] WRAM[wc] M - 16 1 16 M N N ta
sync
move DRAM[w + 2*beat] WRAM[wc + 2*beat] 2*beat              ; k 0, columns 32-63
compute MAC_32 M*16 : matmul NRAM[yc + beat] NRAM[xc] WRAM[wc + beat] M 1 16 M N N ta
sync
move DRAM[w + half] WRAM[wc + half] wk - half               ; k 0, right
compute MAC_32 M*32 : matmul NRAM[yc + 2*beat] NRAM[xc] WRAM[wc + 2*beat] M 1 32 M N N ta
sync
; All of k 1 at once, 10 beats, would take longer than the 8 cycles of work that are left.
move DRAM[x + xk] NRAM[xc + xk] xk                          ; k 1
move DRAM[w + wk] WRAM[wc + wk] half                        ; k 1, left
compute MAC_32 M*right : matmul NRAM[yc + half] NRAM[xc] WRAM[wc + half] M 1 right M N N ta
sync
move DRAM[x + 2*xk] NRAM[xc + 2*xk] xk                      ; k 2
move DRAM[w + wk + half] WRAM[wc + wk + half] wk - half     ; k 1, right
compute MAC_32 M*64 : matmul NRAM[yc] NRAM[xc + xk] WRAM[wc + wk] M 1 64 M N N ta acc
sync
move DRAM[w + 2*wk] WRAM[wc + 2*wk] wk                      ; k 2
compute MAC_32 M*right : matmul NRAM[yc + half] NRAM[xc + xk] WRAM[wc + wk + half] M 1 right M N N ta acc
sync

; One k after the other.
loop steps i
    move DRAM[x + 3*xk + i*xs] NRAM[xc + 3*xk + i*xs] xs
    move DRAM[w + 3*wk + i*ws] WRAM[wc + 3*wk + i*ws] ws
    compute MAC_32 M*N : matmul NRAM[yc] NRAM[xc + (2 + i)*xk] WRAM[wc + (2 + i)*wk] M 1 N ta acc
    sync
endloop

; What is left to load, and the k before the last ones.
.if x_rest > 0
    move DRAM[x + K*xk - x_rest] NRAM[xc + K*xk - x_rest] x_rest
    move DRAM[w + K*wk - w_rest] WRAM[wc + K*wk - w_rest] w_rest
.endif
.if open > z
    .equ k open - z
    compute MAC_32 M*k*N : matmul NRAM[yc] NRAM[xz - k*xk] WRAM[wz - k*wk] M k N ta acc
.endif
.if (x_rest > 0) + (open > z)
    sync
.endif

; The last k, for one beat of outputs after the other. Each beat is stored beside the next.
loop M i
    loop N//16 j
        compute MAC_32 z*16 : matmul NRAM[yc + i*yr + j*beat] NRAM[xz + i*fp32] WRAM[wz + j*beat] 1 z 16 M N N ta acc
        sync
        move NRAM[yc + i*yr + j*beat] DRAM[y + i*yr + j*beat] beat
    endloop
endloop

.endif
.if scheme2
; ================================================================================================
; 2. Cores that share a SharedRAM: the DRAM port never rests
; ================================================================================================

.equ chunk cores_per_cluster            ; k that come at a time
.equ chunks K//chunk
.equ cols all
.tensor x DRAM f32 K M
.tensor w DRAM f32 K N
.tensor y DRAM f32 M N
.tensor xs SharedRAM f32 K M
.tensor xc NRAM f32 K M                 ; in the core: x, and its columns of y and w
.tensor yc NRAM f32 M cols
.tensor wc WRAM f32 K cols
.equ xk M*fp32                          ; bytes of a k of x
.equ wk N*fp32                          ; of a k of w in DRAM, of a row of y in DRAM
.equ yr N*fp32
.equ line cols*fp32                     ; and of the core's columns of these two
.equ xn chunk*xk                        ; bytes of a chunk of x, of w in DRAM, of w in WRAM
.equ wn chunk*wk
.equ wcn chunk*line
.equ xm x + core_in_cluster*xk          ; this core's k of chunk 0, in DRAM and in SharedRAM
.equ xsm xs + core_in_cluster*xk
.equ wm w + core*line                   ; this core's columns in DRAM
.equ ym y + core*line
.expect y = matmul x w ta

; x is two chunks ahead in SharedRAM, x and w are one chunk ahead in the core.
move DRAM[xm] SharedRAM[xsm] xk                                 ; x chunk 0, a share
sync cluster
move SharedRAM[xs] NRAM[xc] xn                                  ; x chunk 0
move DRAM[xm + xn] SharedRAM[xsm + xn] xk                       ; x chunk 1, a share
move DRAM[wm] WRAM[wc] line, chunk, wk, line                    ; w chunk 0
sync cluster

; Chunk 0 begins the sums.
move SharedRAM[xs + xn] NRAM[xc + xn] xn                        ; x chunk 1
move DRAM[xm + 2*xn] SharedRAM[xsm + 2*xn] xk                   ; x chunk 2, a share
move DRAM[wm + wn] WRAM[wc + wcn] line, chunk, wk, line         ; w chunk 1
compute MAC_32 M*chunk*cols : matmul NRAM[yc] NRAM[xc] WRAM[wc] M chunk cols ta
sync cluster

; Chunk i+1.
loop chunks - 3 i
    move SharedRAM[xs + (i + 2)*xn] NRAM[xc + (i + 2)*xn] xn
    move DRAM[xm + (i + 3)*xn] SharedRAM[xsm + (i + 3)*xn] xk
    move DRAM[wm + (i + 2)*wn] WRAM[wc + (i + 2)*wcn] line, chunk, wk, line
    compute MAC_32 M*chunk*cols : matmul NRAM[yc] NRAM[xc + (i + 1)*xn] WRAM[wc + (i + 1)*wcn] M chunk cols ta acc
    sync cluster
endloop

; The last chunk comes. The one before waits for it.
.equ z chunks - 1
move SharedRAM[xs + z*xn] NRAM[xc + z*xn] xn
move DRAM[wm + z*wn] WRAM[wc + z*wcn] line, chunk, wk, line
sync

; The last two chunks, for one row of y after the other. Each row is stored beside the next.
.equ k 2*chunk
.equ xz xc + (z - 1)*xn                 ; where they begin
.equ wz wc + (z - 1)*wcn
loop M i
    compute MAC_32 k*cols : matmul NRAM[yc + i*line] NRAM[xz + i*fp32] WRAM[wz] 1 k cols M ta acc
    sync
    move NRAM[yc + i*line] DRAM[ym + i*yr] line
endloop

.endif
.if scheme1 + scheme2 == 0
; ================================================================================================
; 3. Any sizes, any cores: tiles of columns, as in fc_32x256_pipelined.asm
; ================================================================================================

; The first N % cores cores have one column more than the others.
.equ cols N // cores + (core < N % cores)

; How many columns a tile can have so that it fits twice, in WRAM and (for one row at a time) in NRAM.
; The smaller of a and b is a - (a > b) * (a - b).
.equ wram_cols wram_bytes // fp32 // (2 * K)
.equ nram_cols (nram_bytes // fp32 - K) // 2
.equ most_cols wram_cols - (wram_cols > nram_cols) * (wram_cols - nram_cols)
.if most_cols < 1
    .error rows are too long: K + 2 numbers must fit in NRAM, 2 K in WRAM: see fc_1x256.asm
.endif
.if cores == 1
    .equ good_cols 8 - (8 > most_cols) * (8 - most_cols)
.else
    .equ good_cols 1                    ; the DRAM port decides: start early, never let it rest
.endif
.equ tile_size tile_cols + (tile_cols == 0) * good_cols
.if (tile_size < 1) + (tile_size > most_cols)
    .error tile_cols must be at least 1, and two tiles must fit in WRAM, and their outputs in NRAM
.endif
.equ most_rows nram_bytes // fp32 // (K + 2 * tile_size)

; The rows of x, in blocks that fit in NRAM. The first block may have fewer rows.
.equ rows most_rows - (most_rows > M) * (most_rows - M)
.equ blocks (M + rows - 1) // rows
.equ first_rows M - (blocks - 1) * rows

; A core brings its part of a block into SharedRAM, if all blocks fit there and have a number for each core.
.equ places 1 + (blocks > 1)
.equ fits places * rows * K * fp32 <= shared_bytes
.equ shared fits * (first_rows * K >= cores_per_cluster)
.equ each rows * K // cores_per_cluster
.equ more rows * K % cores_per_cluster
.equ part each + (core_in_cluster < more)
.equ first_each first_rows * K // cores_per_cluster
.equ first_more first_rows * K % cores_per_cluster
.equ first_part first_each + (core_in_cluster < first_more)

.tensor x DRAM f32 M K
.tensor w DRAM f32 N K
.tensor y DRAM f32 N M
.expect y = matmul w x tb
.equ before core * (N // cores) + core - (core > N % cores) * (core - N % cores)    ; columns of the cores before
.equ w0 w + before * K * fp32           ; this core's columns of w and y
.equ yc M * fp32                        ; bytes of a column of y
.equ y0 y + before * yc
.equ xb rows * K * fp32                 ; bytes of a block of x
.equ x1 x + first_rows * K * fp32       ; block 1 of x, and where it goes in a column of y
.equ y1 y0 + first_rows * fp32
; Where this core's part begins in block 0, and in the others.
.equ c core_in_cluster
.equ p0 (c * first_each + c - (c > first_more) * (c - first_more)) * fp32
.equ p1 (c * each + c - (c > more) * (c - more)) * fp32

.if cols > 0
    .equ tile tile_size - (tile_size > cols) * (tile_size - cols)
    .equ tiles (cols + tile - 1) // tile
    .equ last cols - (tiles - 1) * tile             ; the last tile may have fewer columns
    .equ z tiles - 1
    .equ e z % 2                                    ; the place of the last tile, and of the one before
    .equ o 1 - e
    .equ wt K * tile * fp32                         ; bytes of a tile of w
    .equ yt rows * tile * fp32                      ; bytes from one place of y to the other
    .equ r0 first_rows * fp32                       ; bytes of a column of a tile of y, in block 0 and in the others
    .equ r1 rows * fp32

    .if shared
        move DRAM[x + p0] SharedRAM[p0] first_part * fp32                           ; x block, this core's part
        sync cluster                                                                ; all parts are there
        move SharedRAM[0] NRAM[0] first_rows * K * fp32                             ; x block
    .else
        move DRAM[x] NRAM[0] first_rows * K * fp32                                  ; x block
    .endif
    move DRAM[w0] WRAM[0] wt                                                        ; w tile 0
    sync
    ; In each step: load the next tile, compute with this one. Its outputs are stored beside the next step.
    .if tiles > 1
        loop tiles - 2 i
            move DRAM[w0 + (i + 1)*wt] WRAM[(i + 1)%2*wt] wt                        ; w tile i+1
            compute MAC_32 tile*K*first_rows : matmul NRAM[xb + i%2*yt] WRAM[i%2*wt] NRAM[0] tile K first_rows tb
            sync
            move NRAM[xb + i%2*yt] DRAM[y0 + i*tile*yc] r0, tile, r0, yc            ; y tile i
        endloop
        move DRAM[w0 + z*wt] WRAM[e*wt] K * last * fp32                             ; w tile i+1
        compute MAC_32 tile*K*first_rows : matmul NRAM[xb + o*yt] WRAM[o*wt] NRAM[0] tile K first_rows tb
        sync
        move NRAM[xb + o*yt] DRAM[y0 + (z - 1)*tile*yc] r0, tile, r0, yc            ; y tile i
    .endif
    compute MAC_32 last*K*first_rows : matmul NRAM[xb + e*yt] WRAM[e*wt] NRAM[0] last K first_rows tb
    sync
    move NRAM[xb + e*yt] DRAM[y0 + z*tile*yc] r0, last, r0, yc                      ; y last tile

    .if blocks > 1                                  ; x does not fit in NRAM: the same for the other blocks
        loop blocks - 1 b
            .if shared
                move DRAM[x1 + b*xb + p1] SharedRAM[(b + 1)%2*xb + p1] part * fp32  ; x block, this core's part
                sync cluster                                                        ; all parts are there
                move SharedRAM[(b + 1)%2*xb] NRAM[0] xb                             ; x block
            .else
                move DRAM[x1 + b*xb] NRAM[0] xb                                     ; x block
            .endif
            move DRAM[w0] WRAM[0] wt                                                ; w tile 0
            sync
            .if tiles > 1
                loop tiles - 2 i
                    move DRAM[w0 + (i + 1)*wt] WRAM[(i + 1)%2*wt] wt                ; w tile i+1
                    compute MAC_32 tile*K*rows : matmul NRAM[xb + i%2*yt] WRAM[i%2*wt] NRAM[0] tile K rows tb
                    sync
                    move NRAM[xb + i%2*yt] DRAM[y1 + b*r1 + i*tile*yc] r1, tile, r1, yc ; y tile i
                endloop
                move DRAM[w0 + z*wt] WRAM[e*wt] K * last * fp32                     ; w tile i+1
                compute MAC_32 tile*K*rows : matmul NRAM[xb + o*yt] WRAM[o*wt] NRAM[0] tile K rows tb
                sync
                move NRAM[xb + o*yt] DRAM[y1 + b*r1 + (z - 1)*tile*yc] r1, tile, r1, yc ; y tile i
            .endif
            compute MAC_32 last*K*rows : matmul NRAM[xb + e*yt] WRAM[e*wt] NRAM[0] last K rows tb
            sync
            move NRAM[xb + e*yt] DRAM[y1 + b*r1 + z*tile*yc] r1, last, r1, yc       ; y last tile
        endloop
    .endif
.else
    .if shared                                                                      ; no columns: help to bring x
        move DRAM[x + p0] SharedRAM[p0] first_part * fp32                           ; x block, this core's part
        sync cluster
        .if blocks > 1
            loop blocks - 1 b
                move DRAM[x1 + b*xb + p1] SharedRAM[(b + 1)%2*xb + p1] part * fp32  ; x block, this core's part
                sync cluster
            endloop
        .endif
    .endif
.endif

.endif
