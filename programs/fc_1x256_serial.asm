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
; Where data lie. In DRAM: x by rows, w and y by columns. On chip, in the same order:
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
.equ first K - (tiles - 1) * tile       ; the first tile may be shorter

.tensor x DRAM f32 M K
.tensor w DRAM f32 N K
.tensor y DRAM f32 N M
.expect y = matmul w x tb
.equ before core * (N // cores) + core - (core > N % cores) * (core - N % cores)    ; columns of the cores before
.equ row K * fp32                       ; bytes of a row of x, of a column of w
.equ w0 w + before * row                ; this core's columns of w and y
.equ y0 y + before * M * fp32
.equ x1 x + first * fp32                ; tile 1
.equ w1 w0 + first * fp32
.equ line tile * fp32                   ; bytes of a row of a tile of x, of a column of a tile of w
.equ xn M * cols * fp32                 ; x in NRAM

.if cols > 0
    move DRAM[x] NRAM[xn] first * fp32, M, row, first * fp32                        ; x tile 0
    move DRAM[w0] WRAM[0] first * fp32, cols, row, first * fp32                     ; w tile 0
    sync
    compute MAC_32 cols * first * M : matmul NRAM[0] WRAM[0] NRAM[xn] cols first M tb           ; y = tile 0
    sync
    .if tiles > 1
        loop tiles - 1 i
            move DRAM[x1 + i * line] NRAM[xn] line, M, row, line                    ; x tile i+1
            move DRAM[w1 + i * line] WRAM[0] line, cols, row, line                  ; w tile i+1
            sync
            compute MAC_32 cols * tile * M : matmul NRAM[0] WRAM[0] NRAM[xn] cols tile M tb acc ; y += tile i+1
            sync
        endloop
    .endif
    move NRAM[0] DRAM[y0] M * cols * fp32                                           ; y
.endif
