// A core: a decoder, a compute unit and a DMA channel for each port. It only wires.

module core
    import instruction_set::*;
#(
    parameter int PORTS = 4,
    parameter int DEPTH = 64,                      // the most that `depth` can be
    parameter int LATENCY_BITS = 7,
    parameter int LOOPS = 8                        // that can nest
) (
    input  logic clock,
    input  logic reset,
    input  logic [SETTING_BITS-1:0] decoder_cycles,                // settings: stable while running
    input  logic [SETTING_BITS-1:0] depth,
    input  logic [SETTING_BITS-1:0] compute_setup,
    input  logic [LATENCY_BITS-1:0] compute_latency,
    input  logic [PORTS-1:0][SETTING_BITS-1:0] setup,              // of each port
    input  logic [PORTS-1:0][LATENCY_BITS-1:0] latency,
    input  logic [PORTS-1:0][SETTING_BITS-1:0] beat_cycles,
    input  logic [ADDRESS_BITS-1:0] length,                        // of the program
    output logic [ADDRESS_BITS-1:0] pc,
    input  word_t word,                                            // the instruction at `pc`
    output logic [PORTS-1:0] ask,
    input  logic [PORTS-1:0] grant,
    output logic arrived_at_cluster,
    output logic arrived_at_chip,
    input  logic release_cluster,
    input  logic release_chip,
    output logic halted,
    // For those who look on. Of the units, the compute unit comes first.
    output state_t state,
    output logic [PORTS:0] dispatched,                             // `pc`, in this cycle
    output logic [PORTS:0] started,                                // `started_pc`
    output logic [PORTS:0] freed,                                  // `freed_pc`
    output logic [PORTS:0] completed,                              // the oldest
    output logic [PORTS:0][ADDRESS_BITS-1:0] started_pc,
    output logic [PORTS:0][ADDRESS_BITS-1:0] freed_pc
);
    logic [PORTS:0] room;
    entry_t offered;

    decoder #(.UNITS(PORTS + 1), .LOOPS(LOOPS)) decode (
        .cycles(decoder_cycles), .offer(dispatched), .*
    );

    compute_unit #(.DEPTH(DEPTH), .LATENCY_BITS(LATENCY_BITS)) compute (
        .clock, .reset, .depth,
        .setup(compute_setup), .latency(compute_latency),
        .offer(dispatched[0]), .offered, .room(room[0]),
        .started(started[0]), .freed(freed[0]), .completed(completed[0]),
        .started_pc(started_pc[0]), .freed_pc(freed_pc[0])
    );

    for (genvar k = 0; k < PORTS; k++) begin : channels
        dma_channel #(.DEPTH(DEPTH), .LATENCY_BITS(LATENCY_BITS)) channel (
            .clock, .reset, .depth,
            .setup(setup[k]), .latency(latency[k]), .beat_cycles(beat_cycles[k]),
            .offer(dispatched[k+1]), .offered, .room(room[k+1]),
            .ask(ask[k]), .grant(grant[k]),
            .started(started[k+1]), .freed(freed[k+1]), .completed(completed[k+1]),
            .started_pc(started_pc[k+1]), .freed_pc(freed_pc[k+1])
        );
    end
endmodule
