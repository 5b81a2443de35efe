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
;
; Where data lie. In DRAM: x by rows; w core by core and pass by pass, as it is loaded; y as it is stored.
; On chip (columns: pass_cols, or all columns of the core if they are fewer):
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
.equ part rows * K // cores_per_cluster + (core_in_cluster < rows * K % cores_per_cluster)
.equ last_part last * K // cores_per_cluster + (core_in_cluster < last * K % cores_per_cluster)

.if cols > 0
    .equ wide pass_cols - (pass_cols > cols) * (pass_cols - cols)
    .equ passes (cols + wide - 1) // wide
    .equ first cols - (passes - 1) * wide               ; the first pass may be narrower
.endif

.if (cols > 0) * (shared == 0)
    ; Each pass streams the input from DRAM.
    move DRAM WRAM K * first * fp32                     ; w of the pass
    move DRAM NRAM rows * K * fp32                      ; x tile 0
    sync
    ; In each step: load the next tile, compute with this one. Its outputs are stored beside the next step.
    .if tiles > 1
        loop tiles - 2
            move DRAM NRAM rows * K * fp32              ; x tile i+1
            compute MAC_32 rows * K * first             ; y tile i
            sync
            move NRAM DRAM rows * first * fp32          ; y tile i
        endloop
        move DRAM NRAM last * K * fp32                  ; x tile i+1
        compute MAC_32 rows * K * first                 ; y tile i
        sync
        move NRAM DRAM rows * first * fp32              ; y tile i
    .endif
    compute MAC_32 last * K * first                     ; y last tile
    sync
    move NRAM DRAM last * first * fp32                  ; y last tile

    .if passes > 1                                      ; the other passes, all as wide
        loop passes - 1
            move DRAM WRAM K * wide * fp32              ; w of the pass
            move DRAM NRAM rows * K * fp32              ; x tile 0
            sync
            .if tiles > 1
                loop tiles - 2
                    move DRAM NRAM rows * K * fp32      ; x tile i+1
                    compute MAC_32 rows * K * wide      ; y tile i
                    sync
                    move NRAM DRAM rows * wide * fp32   ; y tile i
                endloop
                move DRAM NRAM last * K * fp32          ; x tile i+1
                compute MAC_32 rows * K * wide          ; y tile i
                sync
                move NRAM DRAM rows * wide * fp32       ; y tile i
            .endif
            compute MAC_32 last * K * wide              ; y last tile
            sync
            move NRAM DRAM last * wide * fp32           ; y last tile
        endloop
    .endif
.endif

.if (cols > 0) * shared
    ; The first pass brings the input into SharedRAM.
    move DRAM SharedRAM part * fp32                     ; x tile 0, this core's part
    move DRAM WRAM K * first * fp32                     ; w of the pass
    sync cluster                                        ; all parts of the tile are there
    move SharedRAM NRAM rows * K * fp32                 ; x tile 0
    sync
    .if passes > 1
        move DRAM WRAM K * wide * fp32                  ; w of the next pass
    .endif
    .if tiles > 1
        loop tiles - 2
            move DRAM SharedRAM part * fp32             ; x tile i+1, this core's part
            compute MAC_32 rows * K * first             ; y tile i
            sync cluster                                ; all parts of the tile are there
            move SharedRAM NRAM rows * K * fp32         ; x tile i+1
            sync
            move NRAM DRAM rows * first * fp32          ; y tile i
        endloop
        move DRAM SharedRAM last_part * fp32            ; x tile i+1, this core's part
        compute MAC_32 rows * K * first                 ; y tile i
        sync cluster                                    ; all parts of the tile are there
        move SharedRAM NRAM last * K * fp32             ; x tile i+1
        sync
        move NRAM DRAM rows * first * fp32              ; y tile i
    .endif
    compute MAC_32 last * K * first                     ; y last tile
    sync
    move NRAM DRAM last * first * fp32                  ; y last tile

    .if passes > 1
        ; The passes between the first and the last stream it from there, and load the weights of the next.
        loop passes - 2
            move SharedRAM NRAM rows * K * fp32         ; x tile 0
            sync
            move DRAM WRAM K * wide * fp32              ; w of the next pass
            .if tiles > 1
                loop tiles - 2
                    move SharedRAM NRAM rows * K * fp32 ; x tile i+1
                    compute MAC_32 rows * K * wide      ; y tile i
                    sync
                    move NRAM DRAM rows * wide * fp32   ; y tile i
                endloop
                move SharedRAM NRAM last * K * fp32     ; x tile i+1
                compute MAC_32 rows * K * wide          ; y tile i
                sync
                move NRAM DRAM rows * wide * fp32       ; y tile i
            .endif
            compute MAC_32 last * K * wide              ; y last tile
            sync
            move NRAM DRAM last * wide * fp32           ; y last tile
        endloop

        ; The last pass has no weights to load.
        move SharedRAM NRAM rows * K * fp32             ; x tile 0
        sync
        .if tiles > 1
            loop tiles - 2
                move SharedRAM NRAM rows * K * fp32     ; x tile i+1
                compute MAC_32 rows * K * wide          ; y tile i
                sync
                move NRAM DRAM rows * wide * fp32       ; y tile i
            endloop
            move SharedRAM NRAM last * K * fp32         ; x tile i+1
            compute MAC_32 rows * K * wide              ; y tile i
            sync
            move NRAM DRAM rows * wide * fp32           ; y tile i
        .endif
        compute MAC_32 last * K * wide                  ; y last tile
        sync
        move NRAM DRAM last * wide * fp32               ; y last tile
    .endif
.endif

.if (cols == 0) * shared
    ; No columns for this core: help to bring the input.
    loop tiles - 1
        move DRAM SharedRAM part * fp32                 ; x tile i, this core's part
        sync cluster
    endloop
    move DRAM SharedRAM last_part * fp32                ; x tile i, this core's part
    sync cluster
.endif
