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
;
; Where data lie. In DRAM: x by rows; w core by core and tile by tile, as it is loaded; y as it is stored.
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
.equ part rows * K // cores_per_cluster + (core_in_cluster < rows * K % cores_per_cluster)
.equ first_part first_rows * K // cores_per_cluster + (core_in_cluster < first_rows * K % cores_per_cluster)

.if cols > 0
    .equ tile tile_cols - (tile_cols > cols) * (tile_cols - cols)
    .equ tiles (cols + tile - 1) // tile
    .equ last cols - (tiles - 1) * tile               ; the last tile may have fewer columns

    .if shared
        move DRAM SharedRAM first_part * fp32         ; x block, this core's part
        sync cluster                                  ; all parts of the block are there
        move SharedRAM NRAM first_rows * K * fp32     ; x block
    .else
        move DRAM NRAM first_rows * K * fp32          ; x block
    .endif
    move DRAM WRAM K * tile * fp32                    ; w tile 0
    sync
    ; In each step: load the next tile, compute with this one. Its outputs are stored beside the next step.
    .if tiles > 1
        loop tiles - 2
            move DRAM WRAM K * tile * fp32            ; w tile i+1
            compute MAC_32 first_rows * K * tile      ; y tile i
            sync
            move NRAM DRAM first_rows * tile * fp32   ; y tile i
        endloop
        move DRAM WRAM K * last * fp32                ; w tile i+1
        compute MAC_32 first_rows * K * tile          ; y tile i
        sync
        move NRAM DRAM first_rows * tile * fp32       ; y tile i
    .endif
    compute MAC_32 first_rows * K * last              ; y last tile
    sync
    move NRAM DRAM first_rows * last * fp32           ; y last tile

    .if blocks > 1                                    ; x does not fit in NRAM: the same for the other blocks
        loop blocks - 1
            .if shared
                move DRAM SharedRAM part * fp32       ; x block, this core's part
                sync cluster                          ; all parts of the block are there
                move SharedRAM NRAM rows * K * fp32   ; x block
            .else
                move DRAM NRAM rows * K * fp32        ; x block
            .endif
            move DRAM WRAM K * tile * fp32            ; w tile 0
            sync
            .if tiles > 1
                loop tiles - 2
                    move DRAM WRAM K * tile * fp32    ; w tile i+1
                    compute MAC_32 rows * K * tile    ; y tile i
                    sync
                    move NRAM DRAM rows * tile * fp32 ; y tile i
                endloop
                move DRAM WRAM K * last * fp32        ; w tile i+1
                compute MAC_32 rows * K * tile        ; y tile i
                sync
                move NRAM DRAM rows * tile * fp32     ; y tile i
            .endif
            compute MAC_32 rows * K * last            ; y last tile
            sync
            move NRAM DRAM rows * last * fp32         ; y last tile
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
