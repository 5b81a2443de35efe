; A small convolutional network for images of digits, LeNet-5 with relu and max pooling, fp32 (exercise 6.5).
;
;     image 28x28x1 -> conv 5x5, 6, pad 2 -> relu -> pool 2x2 -> 14x14x6
;                   -> conv 5x5, 16       -> relu -> pool 2x2 -> 5x5x16
;                   -> fc 120 -> relu -> fc 84 -> relu -> fc 10 = y
;
; What it shows: a whole network whose 61,706 weights and biases fit in WRAM and stay there, and whose values
; between layers never leave NRAM. What a layer makes is read by the next on the same unit, in order: no sync
; stands between them. While a layer of the first image computes, the weights of the next are loaded; while
; any later image computes, the next image is loaded and the outputs of the one before are stored.
;
; What to look for: for one image (-D images=1) the loads decide, 3,910 of 3,963 cycles: nearly all of them
; bring the weights of the first fully connected layer, each used once. From the third on, each image takes
; 1,713 cycles more, in which the compute unit never rests. Without overlap one image would take 5,623.
;
; Cores share out the images; each loads all weights.
;
; Where data lie. Images and all values as rows, columns, channels; weights of a convolution as rows and
; columns of the kernel, input channels, output channels; those of a layer that is fully connected as inputs
; x outputs. On chip:
;     NRAM         0        image, even        WRAM         0        conv1, weights and biases
;                  3,136    image, odd                      624      conv2
;                  6,272    28x28x6                         10,288   fc1
;                  25,088   14x14x6                         202,768  fc2
;                  29,792   10x10x16                        243,424  fc3
;                  36,192   5x5x16
;                  37,792   120 and 84 and 10, 10
;
; holds: dlp-s, 1 core: NRAM 38688, WRAM 246824 bytes
;
; expect: dlp-s, 1 core: 29707 cycles
; expect: dlp-s, 1 core, images=1: 3963 cycles
; expect: dlp-m, 4 cores: 13115 cycles

.param images 16
.equ fp32 4                             ; bytes of a number
.if images < 1
    .error images must be at least 1
.endif

.tensor image DRAM f32 images 28 28 1
.tensor w1 DRAM f32 5 5 1 6
.tensor b1 DRAM f32 6
.tensor w2 DRAM f32 5 5 6 16
.tensor b2 DRAM f32 16
.tensor w3 DRAM f32 400 120
.tensor b3 DRAM f32 120
.tensor w4 DRAM f32 120 84
.tensor b4 DRAM f32 84
.tensor w5 DRAM f32 84 10
.tensor b5 DRAM f32 10
.tensor y DRAM f32 images 10

; This core's images: the first images % cores cores have one more than the others.
.equ own images // cores + (core < images % cores)
.equ before core * (images // cores) + core - (core > images % cores) * (core - images % cores)
.equ pixels 28 * 28 * fp32              ; bytes of an image
.equ outputs 10 * fp32                  ; bytes of its outputs
.equ x0 image + before * pixels
.equ y0 y + before * outputs

; NRAM, byte by byte
.equ a1 2 * pixels                      ; after conv1
.equ p1 a1 + 28*28*6 * fp32             ; after its pooling
.equ a2 p1 + 14*14*6 * fp32             ; after conv2
.equ p2 a2 + 10*10*16 * fp32            ; after its pooling
.equ h1 p2 + 400 * fp32                 ; after fc1
.equ h2 h1 + 120 * fp32                 ; after fc2
.equ yn h2 + 84 * fp32                  ; outputs, two places

; WRAM: weights of a layer, then its biases
.equ k1 0
.equ c1 k1 + 150 * fp32
.equ k2 c1 + 6 * fp32
.equ c2 k2 + 2400 * fp32
.equ k3 c2 + 16 * fp32
.equ c3 k3 + 48000 * fp32
.equ k4 c3 + 120 * fp32
.equ c4 k4 + 10080 * fp32
.equ k5 c4 + 84 * fp32
.equ c5 k5 + 840 * fp32

; conv1 takes longer than the weights of conv2: so many bytes of those of fc1 come beside it as well.
.equ early 48 * 120 * fp32
.equ late 352 * 120 * fp32

.if own > 0
    move DRAM[x0] NRAM[0] pixels                                        ; the first image
    move DRAM[w1] WRAM[k1] 150 * fp32
    move DRAM[b1] WRAM[c1] 6 * fp32
    sync

    ; conv1 of the first image; beside it come the weights of conv2, and some of fc1
    move DRAM[w2] WRAM[k2] 2400 * fp32
    move DRAM[b2] WRAM[c2] 16 * fp32
    move DRAM[w3] WRAM[k3] early
    compute MAC_32 28*28*6*25 : conv NRAM[a1] NRAM[0] WRAM[k1] 28 28 1 28 28 6 5 5 1 1 2 2
    compute ADD_32 28*28*6 : add NRAM[a1] NRAM[a1] WRAM[c1] 28*28 6 6 0     ; a bias for each channel
    compute MAX_32 28*28*6 : relu NRAM[a1] NRAM[a1] 28*28 6
    compute MAX_32 14*14*6*4 : max_pool NRAM[p1] NRAM[a1] 28 28 6 14 14 2 2 2
    sync

    ; conv2; beside it come the other weights of fc1, which take three times as long
    move DRAM[w3 + early] WRAM[k3 + early] late
    move DRAM[b3] WRAM[c3] 120 * fp32
    compute MAC_32 10*10*16*150 : conv NRAM[a2] NRAM[p1] WRAM[k2] 14 14 6 10 10 16 5 5
    compute ADD_32 10*10*16 : add NRAM[a2] NRAM[a2] WRAM[c2] 10*10 16 16 0
    compute MAX_32 10*10*16 : relu NRAM[a2] NRAM[a2] 10*10 16
    compute MAX_32 5*5*16*4 : max_pool NRAM[p2] NRAM[a2] 10 10 16 5 5 2 2 2
    sync

    ; fc1; beside it come the weights of fc2 and fc3, and the second image
    move DRAM[w4] WRAM[k4] 10080 * fp32
    move DRAM[b4] WRAM[c4] 84 * fp32
    move DRAM[w5] WRAM[k5] 840 * fp32
    move DRAM[b5] WRAM[c5] 10 * fp32
    .if own > 1
        move DRAM[x0 + pixels] NRAM[pixels] pixels
    .endif
    compute MAC_32 400*120 : matmul NRAM[h1] NRAM[p2] WRAM[k3] 1 400 120
    compute ADD_32 120 : add NRAM[h1] NRAM[h1] WRAM[c3] 1 120
    compute MAX_32 120 : relu NRAM[h1] NRAM[h1] 1 120
    sync
    compute MAC_32 120*84 : matmul NRAM[h2] NRAM[h1] WRAM[k4] 1 120 84
    compute ADD_32 84 : add NRAM[h2] NRAM[h2] WRAM[c4] 1 84
    compute MAX_32 84 : relu NRAM[h2] NRAM[h2] 1 84
    compute MAC_32 84*10 : matmul NRAM[yn] NRAM[h2] WRAM[k5] 1 84 10
    compute ADD_32 10 : add NRAM[yn] NRAM[yn] WRAM[c5] 1 10
    sync

    ; The other images, i+1 in each step: beside it the outputs of image i are stored, and image i+2 is loaded.
    ; The last step has no next image: it loads the first once more, which nobody reads.
    loop own - 1 i
        move NRAM[yn + i%2*outputs] DRAM[y0 + i*outputs] outputs
        move DRAM[x0 + (i + 2 < own)*(i + 2)*pixels] NRAM[i%2*pixels] pixels
        compute MAC_32 28*28*6*25 : conv NRAM[a1] NRAM[(i + 1)%2*pixels] WRAM[k1] 28 28 1 28 28 6 5 5 1 1 2 2
        compute ADD_32 28*28*6 : add NRAM[a1] NRAM[a1] WRAM[c1] 28*28 6 6 0
        compute MAX_32 28*28*6 : relu NRAM[a1] NRAM[a1] 28*28 6
        compute MAX_32 14*14*6*4 : max_pool NRAM[p1] NRAM[a1] 28 28 6 14 14 2 2 2
        compute MAC_32 10*10*16*150 : conv NRAM[a2] NRAM[p1] WRAM[k2] 14 14 6 10 10 16 5 5
        compute ADD_32 10*10*16 : add NRAM[a2] NRAM[a2] WRAM[c2] 10*10 16 16 0
        compute MAX_32 10*10*16 : relu NRAM[a2] NRAM[a2] 10*10 16
        compute MAX_32 5*5*16*4 : max_pool NRAM[p2] NRAM[a2] 10 10 16 5 5 2 2 2
        compute MAC_32 400*120 : matmul NRAM[h1] NRAM[p2] WRAM[k3] 1 400 120
        compute ADD_32 120 : add NRAM[h1] NRAM[h1] WRAM[c3] 1 120
        compute MAX_32 120 : relu NRAM[h1] NRAM[h1] 1 120
        compute MAC_32 120*84 : matmul NRAM[h2] NRAM[h1] WRAM[k4] 1 120 84
        compute ADD_32 84 : add NRAM[h2] NRAM[h2] WRAM[c4] 1 84
        compute MAX_32 84 : relu NRAM[h2] NRAM[h2] 1 84
        compute MAC_32 84*10 : matmul NRAM[yn + (i + 1)%2*outputs] NRAM[h2] WRAM[k5] 1 84 10
        compute ADD_32 10 : add NRAM[yn + (i + 1)%2*outputs] NRAM[yn + (i + 1)%2*outputs] WRAM[c5] 1 10
        sync
    endloop
    .equ last own - 1
    move NRAM[yn + last%2*outputs] DRAM[y0 + last*outputs] outputs
.endif
