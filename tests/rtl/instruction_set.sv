// The instruction word, and the states of a decoder.
//
// A word carries its costs already divided: the beats of a move, the cycles of a compute.

package instruction_set;
    localparam int ADDRESS_BITS = 10;  // of the instruction memory of a core
    localparam int AMOUNT_BITS = 32;
    localparam int UNIT_BITS = 3;
    localparam int OPCODE_BITS = 3;    // as wide as opcode_t and state_t below: Icarus Verilog 11 wants a number there
    localparam int STATE_BITS = 3;
    localparam int SETTING_BITS = 16;  // of what is configured: cycles, depths

    typedef enum logic [2:0] {
        DISPATCH,      // to `unit`, `amount` beats or cycles
        LOOP,          // `amount` times; `target` is the index of its endloop
        ENDLOOP,       // `target` is the index of its loop
        SYNC_CORE,
        SYNC_CLUSTER,
        SYNC_CHIP
    } opcode_t;

    localparam int WORD_BITS = OPCODE_BITS + UNIT_BITS + ADDRESS_BITS + AMOUNT_BITS;

    typedef struct packed {
        opcode_t opcode;
        logic [UNIT_BITS-1:0] unit;        // 0 is the compute unit, 1 + k the DMA channel to port k
        logic [ADDRESS_BITS-1:0] target;
        logic [AMOUNT_BITS-1:0] amount;
    } word_t;

    // What waits in an issue queue: where the instruction stands in the program, and what it costs.
    typedef struct packed {
        logic [ADDRESS_BITS-1:0] pc;
        logic [AMOUNT_BITS-1:0] amount;
    } entry_t;

    // As in the simulator (dlpsim/machine/decoder.py), where a sixth state lasts no time: RELEASED.
    typedef enum logic [2:0] {
        DECODING,      // or, in the last cycle of it, about to do what the instruction says
        QUEUE,         // waiting for room in a full issue queue
        SYNC,          // waiting for its own instructions
        BARRIER,       // waiting at a barrier
        ENDED          // at the end of its program
    } state_t;
endpackage
