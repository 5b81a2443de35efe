; A fully connected layer at batch 1: 1x256 inputs by 256x1 weights, fp32 (exercise 7.7).
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: every weight is used once per row, so at one row the loads decide. The program streams
; input and weights through the core in tiles along K, adds each tile's products to outputs that stay in
; NRAM, and loads the next tile while it computes. At the exercise's size everything is one tile, and
; nothing can overlap: the loads take 16 + 16 cycles, the compute 1, the store 1.
;
; What to look for: the MAC array is idle nearly all the time, the DRAM port hardly ever. Try a longer
; row (-D K=4096), a layer of AlexNet (-D K=9216 -D N=4096), a batch (-D M=32 -D N=100): the more rows, the
; more the compute unit has to do for each weight loaded.
;
; Cores share out the columns of w and do not meet; a core without columns has nothing to do.
;
; Where data lie. In DRAM: x and w tile by tile, as they are loaded; y core by core, each M x cols. On chip:
;     NRAM         from byte 0                       y              0
;                  M * cols * 4                      x, even tiles  4
;                  (M * cols + M * tile) * 4         x, odd tiles   (none: at the exercise's size
;     WRAM         0                                 w, even tiles  0
;                  tile * cols * 4                   w, odd tiles    there is only one tile)
;
; holds: dlp-s, 1 core: NRAM 1028, WRAM 1024 bytes
; holds: dlp-s, 1 core, K=4096 N=64: NRAM 2304, WRAM 131072 bytes
;
; expect: dlp-s, 1 core: 34 cycles
; expect: dlp-s-real, 1 core: 307 cycles
; expect: dlp-s, 1 core, K=4096 N=64: 16708 cycles

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

; How long a tile can be so that it fits twice. The smaller of a and b is a - (a > b) * (a - b).
.equ nram_k (nram_bytes // fp32 - M * most_cols) // (2 * M)
.equ wram_k wram_bytes // fp32 // (2 * most_cols)
.equ most_k nram_k - (nram_k > wram_k) * (nram_k - wram_k)
.if most_k < 1
    .error too many outputs: M x (N / cores + 2) numbers must fit in NRAM: see fc_1024x256.asm
.endif
.param tile_k 256 - (256 > most_k) * (256 - most_k)
.if (tile_k < 1) + (tile_k > most_k)
    .error tile_k must be at least 1, and two tiles must fit in NRAM beside the outputs, and in WRAM
.endif

.equ tile tile_k - (tile_k > K) * (tile_k - K)
.equ tiles (K + tile - 1) // tile
.equ last K - (tiles - 1) * tile        ; the last tile may be shorter

.if cols > 0
    move DRAM NRAM M * tile * fp32              ; x tile 0
    move DRAM WRAM tile * cols * fp32           ; w tile 0
    sync
    ; In each step: load the next tile, compute with this one.
    .if tiles > 1
        loop tiles - 2
            move DRAM NRAM M * tile * fp32      ; x tile i+1
            move DRAM WRAM tile * cols * fp32   ; w tile i+1
            compute MAC_32 M * tile * cols      ; y += tile i
            sync
        endloop
        move DRAM NRAM M * last * fp32          ; x tile i+1
        move DRAM WRAM last * cols * fp32       ; w tile i+1
        compute MAC_32 M * tile * cols          ; y += tile i
        sync
    .endif
    compute MAC_32 M * last * cols              ; y += last tile
    sync
    move NRAM DRAM M * cols * fp32              ; y
.endif
