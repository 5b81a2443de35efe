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
; fc_32x256.asm lets both work at once. Where each move costs setup and latency, few large moves are not so
; bad: compare the two with --machine dlp-m-real.
;
; Where data lie. In DRAM: x by rows; w core by core and tile by tile, as it is loaded; y as it is stored.
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
.equ part rows * K // cores_per_cluster + (core_in_cluster < rows * K % cores_per_cluster)
.equ first_part first_rows * K // cores_per_cluster + (core_in_cluster < first_rows * K % cores_per_cluster)

.if cols > 0
    .equ tile tile_cols - (tile_cols > cols) * (tile_cols - cols)
    .equ tiles (cols + tile - 1) // tile
    .equ first cols - (tiles - 1) * tile              ; the first tile may have fewer columns

    .if shared
        move DRAM SharedRAM first_part * fp32         ; x block, this core's part
    .else
        move DRAM NRAM first_rows * K * fp32          ; x block
    .endif
    move DRAM WRAM K * first * fp32                   ; w tile 0
    .if shared
        sync cluster                                  ; all parts of the block are there
        move SharedRAM NRAM first_rows * K * fp32     ; x block
    .endif
    sync
    compute MAC_32 first_rows * K * first             ; y tile 0
    sync
    move NRAM DRAM first_rows * first * fp32          ; y tile 0
    .if tiles > 1
        sync
        loop tiles - 1
            move DRAM WRAM K * tile * fp32            ; w tile i
            sync
            compute MAC_32 first_rows * K * tile      ; y tile i
            sync
            move NRAM DRAM first_rows * tile * fp32   ; y tile i
            sync
        endloop
    .endif

    .if blocks > 1                                    ; x does not fit in NRAM: the same for the other blocks
        sync
        loop blocks - 1
            .if shared
                move DRAM SharedRAM part * fp32       ; x block, this core's part
            .else
                move DRAM NRAM rows * K * fp32        ; x block
            .endif
            move DRAM WRAM K * first * fp32           ; w tile 0
            .if shared
                sync cluster                          ; all parts of the block are there
                move SharedRAM NRAM rows * K * fp32   ; x block
            .endif
            sync
            compute MAC_32 rows * K * first           ; y tile 0
            sync
            move NRAM DRAM rows * first * fp32        ; y tile 0
            .if tiles > 1
                sync
                loop tiles - 1
                    move DRAM WRAM K * tile * fp32    ; w tile i
                    sync
                    compute MAC_32 rows * K * tile    ; y tile i
                    sync
                    move NRAM DRAM rows * tile * fp32 ; y tile i
                    sync
                endloop
            .endif
            sync
        endloop
    .endif
.else
    .if shared                                        ; no columns for this core: help to bring x
        move DRAM SharedRAM first_part * fp32         ; x block, this core's part
        sync cluster
        .if blocks > 1
            loop blocks - 1
                move DRAM SharedRAM part * fp32       ; x block, this core's part
                sync cluster
            endloop
        .endif
    .endif
.endif
