; A fully connected layer, 32x256 inputs by 256x128 weights, fp32: on one core (exercise 7.8), and on four
; cores that share the input (exercise 7.11).
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: the input stays in NRAM, and the weights go by in tiles of a few columns. While the core
; computes with one tile it loads the next and stores the outputs of the one before. Cores share out the
; columns. On several cores the input crosses the DRAM port once: each core brings its part into SharedRAM,
; all meet at a barrier, and each copies the whole.
;
; What to look for: on one core the compute unit decides (4,096 of 4,752 cycles); what remains is the time
; before the first tile is there, and the last store. So smaller tiles are faster, -D tile_cols=1 takes
; 4,626 cycles. On four cores the DRAM port decides (1,408 of 1,434). Where each move costs setup and
; latency, small tiles do not pay: --machine dlp-m-real takes 6,056 cycles, with -D tile_cols=16 2,348.
; fc_32x256.asm has schemes that reach the floor for some sizes, and this one for all others.
;
; Where data lie. In DRAM: x by rows, w and y by columns; on chip, in the same order.
; If x has more rows than fit in NRAM, the whole is done for one block of rows after the other. On chip:
;                                                                       on one core    on four
;     NRAM         from byte 0                       x block                      0          0
;                  rows * K * 4                      y, even tiles           32,768     32,768
;                  rows * (K + tile) * 4             y, odd tiles            33,792     32,896
;     WRAM         0                                 w, even tiles                0          0
;                  K * tile * 4                      w, odd tiles             8,192      1,024
;     SharedRAM    0                                 x, even blocks          (none)          0
;                  rows * K * 4                      x, odd blocks           (none)     (none)
; Blocks have two places in SharedRAM so that a fast core may bring its part of the next block while another
; still copies this one.
;
; holds: dlp-s, 1 core: NRAM 34816, WRAM 16384 bytes
; holds: dlp-m, 4 cores: NRAM 33024, WRAM 2048, SharedRAM 32768 bytes
;
; expect: dlp-s, 1 core: 4752 cycles
; expect: dlp-s, 1 core, tile_cols=1: 4626 cycles
; expect: dlp-m, 4 cores: 1434 cycles
; expect: dlp-m-real, 4 cores: 6056 cycles
; expect: dlp-m-real, 4 cores, tile_cols=16: 2348 cycles

.param M 32                             ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param nram_bytes 128 * 1024            ; the exercises' machines; a program cannot ask
.param wram_bytes 256 * 1024
.param shared_bytes (cores_per_cluster > 1) * 2 * 1024 * 1024       ; 0: do without SharedRAM
.equ fp32 4                             ; bytes of a number

.if (M < 1) + (K < 1) + (N < 1)
    .error M, K and N must be at least 1
.endif

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
    .param tile_cols 8 - (8 > most_cols) * (8 - most_cols)
.else
    .param tile_cols 1                  ; the DRAM port decides: start early, never let it rest
.endif
.if (tile_cols < 1) + (tile_cols > most_cols)
    .error tile_cols must be at least 1, and two tiles must fit in WRAM, and their outputs in NRAM
.endif
.equ most_rows nram_bytes // fp32 // (K + 2 * tile_cols)

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
    .equ tile tile_cols - (tile_cols > cols) * (tile_cols - cols)
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
