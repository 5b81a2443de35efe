; The layer of fc_1024x256.asm with nothing overlapped (exercise 7.9 on one core, 7.12 on four): load, wait,
; compute, wait, store, wait, tile by tile.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: the sum of the parts. On one core 2,048 cycles for the weights, then 32 times 512 + 4,096 +
; 256. On four cores the input is first brought into SharedRAM, a quarter by each core, 8,192 cycles; then
; four passes of 4,096 cycles for the weights and 32 times 33 + 4,096 + 512. The run takes a little less,
; since the cores drift apart: one may have the port for itself while others still compute.
;
; What to look for: a tile's load and store take a fifth of the time of its compute, and that fifth is what
; fc_1024x256_pipelined.asm saves. On four cores the stores alone take 65,536 cycles, in which no core computes.
;
; Where data lie. In DRAM: x by rows, w and y by columns. On chip, in the same order:
;     NRAM         from byte 0                       x tile                       0
;                  rows * K * 4                      y tile                  32,768
;     WRAM         0                                 w of the pass                0
;     SharedRAM    0                                 x                            0 (on several cores)
; If x does not fit in SharedRAM, each core loads its tiles from DRAM.
;
; holds: dlp-s, 1 core: NRAM 49152, WRAM 131072 bytes
; holds: dlp-m, 4 cores: NRAM 49152, WRAM 131072, SharedRAM 1048576 bytes
;
; expect: dlp-s, 1 core: 157696 cycles
; expect: dlp-s-real, 1 core: 165946 cycles
; expect: dlp-m, 4 cores: 618240 cycles
; expect: dlp-m-real, 4 cores: 639068 cycles

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

; How many columns a pass can have: its weights must fit in WRAM, and a tile of one row in NRAM.
; The smaller of a and b is a - (a > b) * (a - b).
.equ wram_cols wram_bytes // fp32 // K
.equ nram_cols nram_bytes // fp32 - K
.equ most_cols wram_cols - (wram_cols > nram_cols) * (wram_cols - nram_cols)
.if most_cols < 1
    .error rows are too long: K + 1 numbers must fit in NRAM, K in WRAM: see fc_1x256_serial.asm
.endif
.param pass_cols 128 - (128 > most_cols) * (128 - most_cols)
.if (pass_cols < 1) + (pass_cols > most_cols)
    .error pass_cols must be at least 1, and the weights of a pass must fit in WRAM, and a row of y in NRAM
.endif

; How many rows a tile can have so that it fits with its outputs.
.equ most_rows nram_bytes // fp32 // (K + pass_cols)
.param tile_rows 32 - (32 > most_rows) * (32 - most_rows)
.if (tile_rows < 1) + (tile_rows > most_rows)
    .error tile_rows must be at least 1, and a tile must fit in NRAM with its outputs
.endif
.equ rows tile_rows - (tile_rows > M) * (tile_rows - M)
.equ tiles M // rows
.equ rest M % rows                      ; rows that are left for a smaller tile

; SharedRAM is used if all of x fits there, and x has a number for each core to bring.
.equ fits M * K * fp32 <= shared_bytes
.equ shared fits * (M * K >= cores_per_cluster)
.equ each M * K // cores_per_cluster
.equ more M * K % cores_per_cluster
.equ part each + (core_in_cluster < more)

.tensor x DRAM f32 M K
.tensor w DRAM f32 N K
.tensor y DRAM f32 N M
.expect y = matmul w x tb
.equ before core * (N // cores) + core - (core > N % cores) * (core - N % cores)    ; columns of the cores before
.equ w0 w + before * K * fp32           ; this core's columns of w and y
.equ yc M * fp32                        ; bytes of a column of y
.equ y0 y + before * yc
.equ c core_in_cluster
.equ own (c * each + c - (c > more) * (c - more)) * fp32        ; where this core's part of x begins
.equ xt rows * K * fp32                 ; bytes of a tile of x
.equ yn xt                              ; y in NRAM
.equ r rows * fp32                      ; bytes of a column of a tile of y
.equ s rest * fp32

.if shared
    move DRAM[x + own] SharedRAM[own] part * fp32                               ; x, this core's part
    sync cluster                                                                ; all parts are there
.endif
.if cols > 0
    .equ wide pass_cols - (pass_cols > cols) * (pass_cols - cols)
    .equ passes (cols + wide - 1) // wide
    .equ first cols - (passes - 1) * wide               ; the first pass may be narrower
    .equ w1 w0 + first * K * fp32                       ; the others in DRAM
    .equ y1 y0 + first * yc

    move DRAM[w0] WRAM[0] K * first * fp32                                      ; w of the pass
    sync
    loop tiles i
        .if shared
            move SharedRAM[i*xt] NRAM[0] xt                                     ; x tile i
        .else
            move DRAM[x + i*xt] NRAM[0] xt                                      ; x tile i
        .endif
        sync
        compute MAC_32 first*K*rows : matmul NRAM[yn] WRAM[0] NRAM[0] first K rows tb           ; y tile i
        sync
        move NRAM[yn] DRAM[y0 + i*r] r, first, r, yc                            ; y tile i
        sync
    endloop
    .if rest > 0
        .if shared
            move SharedRAM[tiles*xt] NRAM[0] rest * K * fp32                    ; x tile i
        .else
            move DRAM[x + tiles*xt] NRAM[0] rest * K * fp32                     ; x tile i
        .endif
        sync
        compute MAC_32 first*K*rest : matmul NRAM[yn] WRAM[0] NRAM[0] first K rest tb           ; y tile i
        sync
        move NRAM[yn] DRAM[y0 + tiles*r] s, first, s, yc                        ; y tile i
        sync
    .endif

    .if passes > 1                                      ; the other passes, all as wide
        loop passes - 1 p
            move DRAM[w1 + p*wide*K*fp32] WRAM[0] K * wide * fp32               ; w of the pass
            sync
            loop tiles i
                .if shared
                    move SharedRAM[i*xt] NRAM[0] xt                             ; x tile i
                .else
                    move DRAM[x + i*xt] NRAM[0] xt                              ; x tile i
                .endif
                sync
                compute MAC_32 wide*K*rows : matmul NRAM[yn] WRAM[0] NRAM[0] wide K rows tb     ; y tile i
                sync
                move NRAM[yn] DRAM[y1 + p*wide*yc + i*r] r, wide, r, yc         ; y tile i
                sync
            endloop
            .if rest > 0
                .if shared
                    move SharedRAM[tiles*xt] NRAM[0] rest * K * fp32            ; x tile i
                .else
                    move DRAM[x + tiles*xt] NRAM[0] rest * K * fp32             ; x tile i
                .endif
                sync
                compute MAC_32 wide*K*rest : matmul NRAM[yn] WRAM[0] NRAM[0] wide K rest tb     ; y tile i
                sync
                move NRAM[yn] DRAM[y1 + p*wide*yc + tiles*r] s, wide, s, yc     ; y tile i
                sync
            .endif
        endloop
    .endif
.endif
