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
; Where data lie. In DRAM: x by rows, w and y by columns. On chip, in the same order:
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
.equ xp M * line                        ; bytes from one place to the other, of x and of w
.equ wp cols * line

.if cols > 0
    move DRAM[x] NRAM[xn] first * fp32, M, row, first * fp32                        ; x tile 0
    move DRAM[w0] WRAM[0] first * fp32, cols, row, first * fp32                     ; w tile 0
    sync
    ; In each step: load the next tile, compute with this one.
    .if tiles > 1
        move DRAM[x1] NRAM[xn + xp] line, M, row, line                              ; x tile 1
        move DRAM[w1] WRAM[wp] line, cols, row, line                                ; w tile 1
        compute MAC_32 cols*first*M : matmul NRAM[0] WRAM[0] NRAM[xn] cols first M tb           ; y = tile 0
        sync
        loop tiles - 2 i
            move DRAM[x1 + (i + 1)*line] NRAM[xn + i%2*xp] line, M, row, line       ; x tile i+2
            move DRAM[w1 + (i + 1)*line] WRAM[i%2*wp] line, cols, row, line         ; w tile i+2
            compute MAC_32 cols*tile*M : matmul NRAM[0] WRAM[(i + 1)%2*wp] NRAM[xn + (i + 1)%2*xp] cols tile M tb acc
            sync
        endloop
        .equ z (tiles - 1) % 2                                                      ; the place of the last tile
        compute MAC_32 cols*tile*M : matmul NRAM[0] WRAM[z*wp] NRAM[xn + z*xp] cols tile M tb acc   ; y += last
    .else
        compute MAC_32 cols*first*M : matmul NRAM[0] WRAM[0] NRAM[xn] cols first M tb           ; y = tile 0
    .endif
    sync
    move NRAM[0] DRAM[y0] M * cols * fp32                                           ; y
.endif
