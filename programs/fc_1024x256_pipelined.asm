; A fully connected layer whose input does not fit in NRAM, 1024x256 inputs, fp32: by 256x128 weights on one
; core (exercise 7.9), and by 256x2048 weights on four cores that share the input (exercise 7.12).
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: the weights stay in WRAM, and the input goes by in tiles of a few rows. While the core
; computes with one tile it loads the next and stores the outputs of the one before. If a core has more
; columns than fit in WRAM, it takes several passes over the input, each with some of its columns.
; On several cores the first pass brings the input into SharedRAM: of each tile, every core brings its
; part, all meet at a barrier, and each copies the whole. Later passes find it there; meanwhile the weights
; of the next pass are loaded.
;
; What to look for: the compute unit decides, 131,072 of 133,888 cycles on one core, 524,288 of 528,883 on
; four. The rest is the time before the first tile and the first weights are there, the last store, and on
; four cores the copies out of SharedRAM for which the first pass waits. Try other tiles: -D tile_rows=8,
; -D pass_cols=16. Without SharedRAM (-D shared_bytes=0) the DRAM port carries the input once a core and pass.
; fc_1024x256.asm has schemes that reach the floor for some sizes, and this one for all others.
;
; Where data lie. In DRAM: x by rows, w and y by columns. On chip, in the same order (columns: pass_cols, or all
; columns of the core if they are fewer):
;                                                                       on one core    on four
;     NRAM         from byte 0                       x, even tiles                0          0
;                  rows * K * 4                      x, odd tiles            32,768     32,768
;                  2 * rows * K * 4                  y, even tiles           65,536     65,536
;                  rows * (2 * K + columns) * 4      y, odd tiles            81,920     69,632
;     WRAM         0                                 w, even passes               0          0
;                  K * columns * 4                   w, odd passes           (none)     32,768
;     SharedRAM    0                                 x                       (none)          0
; Without SharedRAM, the weights of every pass lie at byte 0. If x does not fit in SharedRAM, each core loads
; its tiles from DRAM.
;
; holds: dlp-s, 1 core: NRAM 98304, WRAM 131072 bytes
; holds: dlp-m, 4 cores: NRAM 73728, WRAM 65536, SharedRAM 1048576 bytes
;
; expect: dlp-s, 1 core: 133888 cycles
; expect: dlp-m, 4 cores: 528883 cycles
; expect: dlp-m, 4 cores, pass_cols=16: 528323 cycles
; expect: dlp-m-real, 4 cores: 540472 cycles

.param M 1024                           ; rows of x
.param K 256                            ; columns of x, rows of w
.if cores == 1
    .param N 128                        ; columns of w
.else
    .param N 2048
.endif
.param nram_bytes 128 * 1024            ; the exercises' machines; a program cannot ask
.param wram_bytes 256 * 1024
.param shared_bytes (cores_per_cluster > 1) * 2 * 1024 * 1024       ; 0: do without SharedRAM
.equ fp32 4                             ; bytes of a number

.if (M < 1) + (K < 1) + (N < 1)
    .error M, K and N must be at least 1
.endif

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
.param pass_cols good_cols - (good_cols > most_cols) * (good_cols - most_cols)
.if (pass_cols < 1) + (pass_cols > most_cols)
    .error pass_cols must be at least 1, and the weights of a pass must fit in WRAM (with SharedRAM, twice)
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
    .equ wide pass_cols - (pass_cols > cols) * (pass_cols - cols)
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
