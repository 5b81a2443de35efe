; The layer of fc_32x256.asm with nothing overlapped (exercise 7.8 on one core, 7.11 on four): load, wait,
; compute, wait, store.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: the sum of the parts. On one core 512 + 2,048 cycles of loads, 4,096 of compute, 256 of
; stores. On four cores, each with a quarter of the columns, 1,280 of loads (the input once, by way of
; SharedRAM), 33 to copy the input into NRAM, 1,024 of compute, 128 of stores.
;
; What to look for: the compute unit rests while the DRAM port works, and the port while the unit works.
; fc_32x256_pipelined.asm lets both work at once. Where each move costs setup and latency, few large moves are not so
; bad: compare the two with --machine dlp-m-real.
;
; Where data lie. In DRAM: x by rows, w and y by columns; on chip, in the same order.
; If x has more rows than fit in NRAM, the whole is done for one block of rows after the other, and if a
; core has more columns than fit in WRAM, for one tile of columns after the other. On chip:
;     NRAM         from byte 0                       x block                      0
;                  rows * K * 4                      y tile                  32,768
;     WRAM         0                                 w tile                       0
;     SharedRAM    0                                 x, even blocks               0 (on several cores)
;                  rows * K * 4                      x, odd blocks           (none)
; Blocks have two places in SharedRAM so that a fast core may bring its part of the next block while another
; still copies this one.
;
; holds: dlp-s, 1 core: NRAM 49152, WRAM 131072 bytes
; holds: dlp-m, 4 cores: NRAM 36864, WRAM 32768, SharedRAM 32768 bytes
;
; expect: dlp-s, 1 core: 6912 cycles
; expect: dlp-s-real, 1 core: 7185 cycles
; expect: dlp-m, 4 cores: 2465 cycles
; expect: dlp-m-real, 4 cores: 2760 cycles

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

; How many columns a tile can have, in WRAM and (for one row at a time) in NRAM.
; The smaller of a and b is a - (a > b) * (a - b).
.equ wram_cols wram_bytes // fp32 // K
.equ nram_cols nram_bytes // fp32 - K
.equ most_cols wram_cols - (wram_cols > nram_cols) * (wram_cols - nram_cols)
.if most_cols < 1
    .error rows are too long: K + 1 numbers must fit in NRAM, K in WRAM: see fc_1x256_serial.asm
.endif
.param tile_cols 256 - (256 > most_cols) * (256 - most_cols)
.if (tile_cols < 1) + (tile_cols > most_cols)
    .error tile_cols must be at least 1, and a tile must fit in WRAM, and its outputs in NRAM
.endif
.equ most_rows nram_bytes // fp32 // (K + tile_cols)

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
    .equ first cols - (tiles - 1) * tile            ; the first tile may have fewer columns
    .equ w1 w0 + first * K * fp32                   ; tile 1, and where it goes in block 0 of y and in the others
    .equ y2 y0 + first * yc
    .equ y3 y1 + first * yc
    .equ wt K * tile * fp32                         ; bytes of a tile of w
    .equ r0 first_rows * fp32                       ; bytes of a column of a tile of y, in block 0 and in the others
    .equ r1 rows * fp32

    .if shared
        move DRAM[x + p0] SharedRAM[p0] first_part * fp32                           ; x block, this core's part
    .else
        move DRAM[x] NRAM[0] first_rows * K * fp32                                  ; x block
    .endif
    move DRAM[w0] WRAM[0] K * first * fp32                                          ; w tile 0
    .if shared
        sync cluster                                                                ; all parts are there
        move SharedRAM[0] NRAM[0] first_rows * K * fp32                             ; x block
    .endif
    sync
    compute MAC_32 first*K*first_rows : matmul NRAM[xb] WRAM[0] NRAM[0] first K first_rows tb           ; y tile 0
    sync
    move NRAM[xb] DRAM[y0] r0, first, r0, yc                                        ; y tile 0
    .if tiles > 1
        sync
        loop tiles - 1 i
            move DRAM[w1 + i*wt] WRAM[0] wt                                         ; w tile i+1
            sync
            compute MAC_32 tile*K*first_rows : matmul NRAM[xb] WRAM[0] NRAM[0] tile K first_rows tb     ; y tile i+1
            sync
            move NRAM[xb] DRAM[y2 + i*tile*yc] r0, tile, r0, yc                     ; y tile i+1
            sync
        endloop
    .endif

    .if blocks > 1                                  ; x does not fit in NRAM: the same for the other blocks
        sync
        loop blocks - 1 b
            .if shared
                move DRAM[x1 + b*xb + p1] SharedRAM[(b + 1)%2*xb + p1] part * fp32  ; x block, this core's part
            .else
                move DRAM[x1 + b*xb] NRAM[0] xb                                     ; x block
            .endif
            move DRAM[w0] WRAM[0] K * first * fp32                                  ; w tile 0
            .if shared
                sync cluster                                                        ; all parts are there
                move SharedRAM[(b + 1)%2*xb] NRAM[0] xb                             ; x block
            .endif
            sync
            compute MAC_32 first*K*rows : matmul NRAM[xb] WRAM[0] NRAM[0] first K rows tb               ; y tile 0
            sync
            move NRAM[xb] DRAM[y1 + b*r1] r1, first, r1, yc                         ; y tile 0
            .if tiles > 1
                sync
                loop tiles - 1 i
                    move DRAM[w1 + i*wt] WRAM[0] wt                                 ; w tile i+1
                    sync
                    compute MAC_32 tile*K*rows : matmul NRAM[xb] WRAM[0] NRAM[0] tile K rows tb         ; y tile i+1
                    sync
                    move NRAM[xb] DRAM[y3 + b*r1 + i*tile*yc] r1, tile, r1, yc      ; y tile i+1
                    sync
                endloop
            .endif
            sync
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
