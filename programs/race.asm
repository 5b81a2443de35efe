; A program with a race, on purpose: y = relu(x), fp32, row by row. What `dlpsim check` says of it is in README.md.
;
;     y[M x N] = max(x[M x N], 0)
;
; What it shows: while the core computes row i it loads row i+1 and stores row i-1. Rows of x come in two
; places in turn, but there is only one place for a row of y. So the compute of row i writes where the store of
; row i-1 still reads: between the two there is no sync. A second place for y repairs it: -D places=2.
;
; What to look for: both versions take the same cycles, and without addresses they are the same program: only
; the check and the numbers tell them apart (dlpsim run race.asm --random 1 --check). The store reads its row
; when it completes, 16 cycles after it began; by then the next compute, which takes one cycle, has overwritten it.
;
; Cores share out the rows; M must be a multiple of theirs.
;
; Where data lie. In DRAM: x and y by rows. On chip, with rows of N numbers:
;     NRAM         from byte 0                       x, even rows
;                  N * 4                             x, odd rows
;                  2 * N * 4                         y; with places=2, even rows
;                  3 * N * 4                         with places=2: y, odd rows
;
; holds: dlp-s, 1 core: NRAM 3072 bytes
; holds: dlp-s, 1 core, places=2: NRAM 4096 bytes
;
; expect: dlp-s, 1 core: 1024 cycles
; expect: dlp-s, 1 core, places=2: 1024 cycles
; expect: dlp-m, 4 cores: 512 cycles

.param M 32                             ; rows
.param N 256                            ; numbers of a row
.param places 1                         ; places for rows of y
.equ fp32 4                             ; bytes of a number
.equ rows M // cores                    ; of this core
.if (rows * cores != M) + (rows < 2) + (N < 1) + (places < 1) + (places > 2)
    .error M must be a multiple of the cores, at least twice as many; N at least 1; places 1 or 2
.endif

.tensor x DRAM f32 M N
.tensor y DRAM f32 M N
.expect y = relu x
.equ row N * fp32
.equ x0 x + core * rows * row           ; this core's rows
.equ y0 y + core * rows * row
.equ yn 2 * row                         ; y in NRAM
.equ last rows - 1

move DRAM[x0] NRAM[0] row                                               ; x row 0
sync
loop last i
    move DRAM[x0 + (i + 1)*row] NRAM[(i + 1)%2*row] row                 ; x row i+1
    compute MAX_32 N : relu NRAM[yn + i%places*row] NRAM[i%2*row] 1 N   ; y row i
    sync
    move NRAM[yn + i%places*row] DRAM[y0 + i*row] row                   ; y row i
endloop
compute MAX_32 N : relu NRAM[yn + last%places*row] NRAM[last%2*row] 1 N ; y last row
sync
move NRAM[yn + last%places*row] DRAM[y0 + last*row] row                 ; y last row
