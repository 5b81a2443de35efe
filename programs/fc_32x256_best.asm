; Exercise 7.8 at the floor: a fully connected layer, 32x256 inputs by 256x128 weights, fp32, on one core.
;
;     y[M x N] = x[M x K] times w[K x N]
;
; What it shows: a compute unit that starts after two beats, never waits, and leaves one beat to store:
; 2 + 4,096 + 1 cycles. Everything fits on chip, so only the order of the work matters.
;     By k         A column of x and a row of w, 10 beats, are work for 16 cycles: from the first k on,
;                  loading is faster than computing. (Tiles of columns need all of x first.)
;     Grow         One beat of x (16 rows of a k) and one of w (16 columns of it) are work for 1 cycle.
;                  Beside that comes the next beat, which doubles the work, and so on. No step loads longer
;                  than it computes.
;     Run ahead    Beside each k that is computed, one and a half are loaded. When all is there, 86 k are
;                  left to compute.
;     Shrink       Outputs are complete only when all k are added. So the last 80 k are added for one beat
;                  of outputs after the other, 5 cycles each, and beside it the beat before is stored.
;
; What to look for: the compute unit is busy for 4,096 of 4,099 cycles. That takes 433 syncs. Where each move
; costs setup and latency, on dlp-s-real, the few large tiles of fc_32x256.asm are faster.
;
; Where data lie. In DRAM: x by columns, w and y by rows.
;     NRAM    x by columns, then y by rows
;     WRAM    w by rows
;
; holds: dlp-s, 1 core: NRAM 49152, WRAM 131072 bytes
;
; expect: dlp-s, 1 core: 4099 cycles
; expect: dlp-s, 1 core, M=1: 2313 cycles
; expect: dlp-s, 1 core, K=100 N=200: 2511 cycles

.param M 32                             ; rows of x
.param K 256                            ; columns of x, rows of w
.param N 128                            ; columns of w
.param nram_bytes 128*1024              ; the exercise's machine; a program cannot ask
.param wram_bytes 256*1024
.equ fp32 4                             ; bytes of a number
.equ beat 64                            ; bytes of a beat of DRAM: 16 numbers

.if (M < 1) + (N < 1)
    .error M and N must be at least 1
.endif
.if K < 2
    .error K must be at least 2: fc_32x256.asm takes 1
.endif
.if cores > 1
    .error this program is for one core: fc_32x256_cluster_best.asm is for several
.endif
.if (M*(K + N)*fp32 > nram_bytes) + (K*N*fp32 > wram_bytes)
    .error x, w and y must fit on chip: fc_32x256.asm takes larger ones
.endif

.tensor x DRAM f32 K M
.tensor w DRAM f32 K N
.tensor y DRAM f32 M N
.tensor xc NRAM f32 K M                 ; x, y and w on chip
.tensor yc NRAM f32 M N
.tensor wc WRAM f32 K N
.equ xk M*fp32                          ; bytes of a k of x, of a k of w, of a row of y
.equ wk N*fp32
.equ yr N*fp32
.expect y = matmul x w ta

; The first two k come in pieces, if they are long enough. A row of w has a left half, 4 beats, and a right one.
.equ grow (M > 16) * (N > 64) * (K > 2)
.equ right N - 64
.equ half 4*beat

; The loop loads one and a half k beside each that it computes, if they take no longer; otherwise one.
.equ k_beats -(-xk//beat) - (-wk//beat)
.equ ahead (3*k_beats*256 <= 2*M*N) * (M%2 == 0) * (N%2 == 0)
.equ xs (2 + ahead)*xk//2               ; bytes of x and of w that are loaded beside a k
.equ ws (2 + ahead)*wk//2
.equ first 1 + grow                     ; the k with which the loop begins to compute,
.equ there 2 + grow                     ; and to load
.equ steps (K - there)*2//(2 + ahead)
.equ x_rest (K - there)*xk - steps*xs           ; bytes that it leaves to load
.equ w_rest (K - there)*wk - steps*ws
.equ open K - first - steps             ; k that it leaves to compute

; The last k: a multiple of 16, since 16 k are work for 1 cycle for a beat of outputs.
.equ z open - (open > 16) * (open%16)
.equ xz xc + (K - z)*xk                 ; where they begin
.equ wz wc + (K - z)*wk

.if grow
    move DRAM[x] NRAM[xc] beat                                  ; k 0, rows 0-15
    move DRAM[w] WRAM[wc] beat                                  ; k 0, columns 0-15
    sync
    move DRAM[x + beat] NRAM[xc + beat] xk - beat               ; k 0, the other rows
    compute MAC_32 16*16 : matmul NRAM[yc] NRAM[xc] WRAM[wc] 16 1 16 M N N ta
    sync
    move DRAM[w + beat] WRAM[wc + beat] beat                    ; k 0, columns 16-31
    compute MAC_32 (M - 16)*16 : matmul NRAM[yc + 16*yr] NRAM[xc + beat] WRAM[wc] M - 16 1 16 M N N ta
    sync
    move DRAM[w + 2*beat] WRAM[wc + 2*beat] 2*beat              ; k 0, columns 32-63
    compute MAC_32 M*16 : matmul NRAM[yc + beat] NRAM[xc] WRAM[wc + beat] M 1 16 M N N ta
    sync
    move DRAM[w + half] WRAM[wc + half] wk - half               ; k 0, right
    compute MAC_32 M*32 : matmul NRAM[yc + 2*beat] NRAM[xc] WRAM[wc + 2*beat] M 1 32 M N N ta
    sync
    ; All of k 1 at once, 10 beats, would take longer than the 8 cycles of work that are left.
    move DRAM[x + xk] NRAM[xc + xk] xk                          ; k 1
    move DRAM[w + wk] WRAM[wc + wk] half                        ; k 1, left
    compute MAC_32 M*right : matmul NRAM[yc + half] NRAM[xc] WRAM[wc + half] M 1 right M N N ta
    sync
    move DRAM[x + 2*xk] NRAM[xc + 2*xk] xk                      ; k 2
    move DRAM[w + wk + half] WRAM[wc + wk + half] wk - half     ; k 1, right
    compute MAC_32 M*64 : matmul NRAM[yc] NRAM[xc + xk] WRAM[wc + wk] M 1 64 M N N ta acc
    sync
    move DRAM[w + 2*wk] WRAM[wc + 2*wk] wk                      ; k 2
    compute MAC_32 M*right : matmul NRAM[yc + half] NRAM[xc + xk] WRAM[wc + wk + half] M 1 right M N N ta acc
    sync
.else
    move DRAM[x] NRAM[xc] xk                                    ; k 0
    move DRAM[w] WRAM[wc] wk
    sync
    move DRAM[x + xk] NRAM[xc + xk] xk                          ; k 1
    move DRAM[w + wk] WRAM[wc + wk] wk
    compute MAC_32 M*N : matmul NRAM[yc] NRAM[xc] WRAM[wc] M 1 N ta
    sync
.endif

; One k after the other.
loop steps i
    move DRAM[x + there*xk + i*xs] NRAM[xc + there*xk + i*xs] xs
    move DRAM[w + there*wk + i*ws] WRAM[wc + there*wk + i*ws] ws
    compute MAC_32 M*N : matmul NRAM[yc] NRAM[xc + (first + i)*xk] WRAM[wc + (first + i)*wk] M 1 N ta acc
    sync
endloop

; What is left to load, and the k before the last ones.
.if x_rest > 0
    move DRAM[x + K*xk - x_rest] NRAM[xc + K*xk - x_rest] x_rest
    move DRAM[w + K*wk - w_rest] WRAM[wc + K*wk - w_rest] w_rest
.endif
.if open > z
    .equ k open - z
    compute MAC_32 M*k*N : matmul NRAM[yc] NRAM[xz - k*xk] WRAM[wz - k*wk] M k N ta acc
.endif
.if (x_rest > 0) + (open > z)
    sync
.endif

; The last k, for one beat of outputs after the other. Each beat is stored beside the next.
.equ few N%16                           ; the last beat of a row may have fewer numbers
.equ behind N//16*beat
loop M i
    loop N//16 j
        compute MAC_32 z*16 : matmul NRAM[yc + i*yr + j*beat] NRAM[xz + i*fp32] WRAM[wz + j*beat] 1 z 16 M N N ta acc
        sync
        move NRAM[yc + i*yr + j*beat] DRAM[y + i*yr + j*beat] beat
    endloop
    .if few
        compute MAC_32 z*few : matmul NRAM[yc + i*yr + behind] NRAM[xz + i*fp32] WRAM[wz + behind] 1 z few M N N ta acc
        sync
        move NRAM[yc + i*yr + behind] DRAM[y + i*yr + behind] few*fp32
    .endif
endloop
