; Exercise 7.11 at the floor: a fully connected layer, 32x256 inputs by 256x128 weights, fp32, on cores that
; share a SharedRAM.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: a DRAM port that never rests. It has 1,408 cycles to do (256 for x, 1,024 for w, 128 for y),
; the compute units only 1,024. Each of four cores has 32 of the columns: of these, a k of w and a row of y
; are just one beat of 128 bytes.
;     By k         x and w come four k at a time. Each core brings one of the four k of x into SharedRAM, all
;                  meet at a barrier, and each copies the four: 20 cycles of the port, 16 of compute.
;     Shrink       The port decides, so compute must shrink to the end: when the last k are there, nothing
;                  may be left but what the stores hide. So the last 8 k are added row by row, 1 cycle each,
;                  and beside it the row before is stored.
;     Stagger      The cycle of the first row is hidden too. The port serves the cores in turn: core 0 has its
;                  last weights 3 cycles before core 3, and its first row is there when the port is free.
;
; What to look for: the DRAM port is busy in all cycles. None of the channels to it is for more than a quarter
; of them: they stall for the port, and only together keep it busy.
;
; Where data lie. In DRAM: x by columns, w and y by rows.
;     SharedRAM    x by columns
;     NRAM         x by columns, then the core's columns of y, by rows
;     WRAM         the core's columns of w, by rows
;
; holds: dlp-m, 4 cores: NRAM 36864, WRAM 32768, SharedRAM 32768 bytes
;
; expect: dlp-m, 4 cores: 1408 cycles
; expect: dlp-m, 2 cores: 2164 cycles

.param M 32                             ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param nram_bytes 128 * 1024            ; the exercise's machine; a program cannot ask
.param wram_bytes 256 * 1024
.param shared_bytes 2 * 1024 * 1024
.equ fp32 4                             ; bytes of a number
.equ chunk cores_per_cluster            ; k that come at a time
.equ chunks K//chunk
.equ cols N//cores                      ; columns of a core

.if cores_per_cluster == 1
    .error this program is for cores that share a SharedRAM: fc_32x256_best.asm is for one
.endif
.if (M < 1) + (N < 1)
    .error M and N must be at least 1
.endif
.if (K < 3*chunk) + (K%chunk > 0)
    .error K must be a multiple of the cores of a cluster, at least three times: fc_32x256.asm takes any
.endif
.if N%cores > 0
    .error N must be a multiple of the number of cores: fc_32x256.asm takes any
.endif
.if (M*(K + cols)*fp32 > nram_bytes) + (K*cols*fp32 > wram_bytes) + (M*K*fp32 > shared_bytes)
    .error x, and a core's columns of w and y, must fit on chip: fc_32x256.asm takes larger ones
.endif

.tensor x DRAM f32 K M
.tensor w DRAM f32 K N
.tensor y DRAM f32 M N
.tensor xs SharedRAM f32 K M
.tensor xc NRAM f32 K M                 ; in the core: x, and its columns of y and w
.tensor yc NRAM f32 M cols
.tensor wc WRAM f32 K cols
.equ xk M*fp32                          ; bytes of a k of x
.equ wk N*fp32                          ; of a k of w in DRAM, of a row of y in DRAM
.equ yr N*fp32
.equ line cols*fp32                     ; and of the core's columns of these two
.equ xn chunk*xk                        ; bytes of a chunk of x, of w in DRAM, of w in WRAM
.equ wn chunk*wk
.equ wcn chunk*line
.equ xm x + core_in_cluster*xk          ; this core's k of chunk 0, in DRAM and in SharedRAM
.equ xsm xs + core_in_cluster*xk
.equ wm w + core*line                   ; this core's columns in DRAM
.equ ym y + core*line
.expect y = matmul x w ta

; x is two chunks ahead in SharedRAM, x and w are one chunk ahead in the core.
move DRAM[xm] SharedRAM[xsm] xk                                 ; x chunk 0, a share
sync cluster
move SharedRAM[xs] NRAM[xc] xn                                  ; x chunk 0
move DRAM[xm + xn] SharedRAM[xsm + xn] xk                       ; x chunk 1, a share
move DRAM[wm] WRAM[wc] line, chunk, wk, line                    ; w chunk 0
sync cluster

; Chunk 0 begins the sums.
move SharedRAM[xs + xn] NRAM[xc + xn] xn                        ; x chunk 1
move DRAM[xm + 2*xn] SharedRAM[xsm + 2*xn] xk                   ; x chunk 2, a share
move DRAM[wm + wn] WRAM[wc + wcn] line, chunk, wk, line         ; w chunk 1
compute MAC_32 M*chunk*cols : matmul NRAM[yc] NRAM[xc] WRAM[wc] M chunk cols ta
sync cluster

; Chunk i+1.
loop chunks - 3 i
    move SharedRAM[xs + (i + 2)*xn] NRAM[xc + (i + 2)*xn] xn
    move DRAM[xm + (i + 3)*xn] SharedRAM[xsm + (i + 3)*xn] xk
    move DRAM[wm + (i + 2)*wn] WRAM[wc + (i + 2)*wcn] line, chunk, wk, line
    compute MAC_32 M*chunk*cols : matmul NRAM[yc] NRAM[xc + (i + 1)*xn] WRAM[wc + (i + 1)*wcn] M chunk cols ta acc
    sync cluster
endloop

; The last chunk comes. The one before waits for it.
.equ z chunks - 1
move SharedRAM[xs + z*xn] NRAM[xc + z*xn] xn
move DRAM[wm + z*wn] WRAM[wc + z*wcn] line, chunk, wk, line
sync

; The last two chunks, for one row of y after the other. Each row is stored beside the next.
.equ k 2*chunk
.equ xz xc + (z - 1)*xn                 ; where they begin
.equ wz wc + (z - 1)*wcn
loop M i
    compute MAC_32 k*cols : matmul NRAM[yc + i*line] NRAM[xz + i*fp32] WRAM[wz] 1 k cols M ta acc
    sync
    move NRAM[yc + i*line] DRAM[ym + i*yr] line
endloop
