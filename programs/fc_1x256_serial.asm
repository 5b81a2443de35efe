; The layer of fc_1x256.asm (exercise 7.7) with nothing overlapped: load, wait, compute, wait, store.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: the sum of the parts, 16 + 16 + 1 + 1 cycles. At this size the pipelined program is the
; same; it is faster when there is more than one tile to load.
;
; What to look for: -D K=4096 -D N=64 takes 17,668 cycles here, and 16,708 with fc_1x256.asm.
;
; Cores share out the columns of w and do not meet; a core without columns has nothing to do.
;
; Where data lie. In DRAM: x and w tile by tile, as they are loaded; y core by core, each M x cols. On chip:
;     NRAM         from byte 0                       y              0
;                  M * cols * 4                      x tile         4
;     WRAM         0                                 w tile         0
;
; holds: dlp-s, 1 core: NRAM 1028, WRAM 1024 bytes
; holds: dlp-s, 1 core, K=4096 N=64: NRAM 4352, WRAM 262144 bytes
;
; expect: dlp-s, 1 core: 34 cycles
; expect: dlp-s-real, 1 core: 307 cycles
; expect: dlp-s, 1 core, K=4096 N=64: 17668 cycles

.param M 1                              ; rows of x: the batch
.param K 256                            ; inputs of a row
.param N 1                              ; outputs of a row
.param nram_bytes 128 * 1024            ; the exercise's machine; a program cannot ask
.param wram_bytes 256 * 1024
.equ fp32 4                             ; bytes of a number

.if (M < 1) + (K < 1) + (N < 1)
    .error M, K and N must be at least 1
.endif

; The first N % cores cores have one column more than the others.
.equ cols N // cores + (core < N % cores)
.equ most_cols (N + cores - 1) // cores

; How long a tile can be. The smaller of a and b is a - (a > b) * (a - b).
.equ nram_k (nram_bytes // fp32 - M * most_cols) // M
.equ wram_k wram_bytes // fp32 // most_cols
.equ most_k nram_k - (nram_k > wram_k) * (nram_k - wram_k)
.if most_k < 1
    .error too many outputs: M x (N / cores + 1) numbers must fit in NRAM: see fc_1024x256_serial.asm
.endif
.param tile_k most_k - (most_k > K) * (most_k - K)
.if (tile_k < 1) + (tile_k > most_k)
    .error tile_k must be at least 1, and a tile must fit in NRAM beside the outputs, and in WRAM
.endif

.equ tile tile_k - (tile_k > K) * (tile_k - K)
.equ tiles (K + tile - 1) // tile
.equ last K - (tiles - 1) * tile        ; the last tile may be shorter

.if cols > 0
    .if tiles > 1
        loop tiles - 1
            move DRAM NRAM M * tile * fp32      ; x tile i
            move DRAM WRAM tile * cols * fp32   ; w tile i
            sync
            compute MAC_32 M * tile * cols      ; y += tile i
            sync
        endloop
    .endif
    move DRAM NRAM M * last * fp32              ; x tile i
    move DRAM WRAM last * cols * fp32           ; w tile i
    sync
    compute MAC_32 M * last * cols              ; y += tile i
    sync
    move NRAM DRAM M * cols * fp32              ; y
.endif
