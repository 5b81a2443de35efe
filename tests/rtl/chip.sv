// The chip: cores in clusters, the ports that they share, and the barriers at which they meet. It only wires.
//
// Cores are numbered over the whole chip, cluster by cluster.

module chip
    import instruction_set::*;
#(
    parameter int CLUSTERS = 1,
    parameter int CORES = 4,                       // of each cluster
    parameter int PORTS = 3,
    parameter int SCOPES = 0,                      // two bits a port, port 0 lowest: who shares an instance of it
    parameter int DEPTH = 64,                      // the most that `depth` can be
    parameter int LATENCY_BITS = 7,
    parameter int LOOPS = 8,                       // that can nest
    localparam int ALL = CLUSTERS * CORES
) (
    input  logic clock,
    input  logic reset,
    input  logic [SETTING_BITS-1:0] decoder_cycles,                // settings: stable while running; at least 1
    input  logic [SETTING_BITS-1:0] depth,                         // at least 1
    input  logic [SETTING_BITS-1:0] compute_setup,
    input  logic [LATENCY_BITS-1:0] compute_latency,
    input  logic [PORTS-1:0][SETTING_BITS-1:0] setup,
    input  logic [PORTS-1:0][LATENCY_BITS-1:0] latency,
    input  logic [PORTS-1:0][SETTING_BITS-1:0] beat_cycles,        // at least 1
    input  logic [ALL-1:0][ADDRESS_BITS-1:0] length,               // of the program of each core
    output logic [ALL-1:0][ADDRESS_BITS-1:0] pc,
    input  logic [ALL-1:0][WORD_BITS-1:0] word,                    // the instruction at each `pc`
    output logic [ALL-1:0] halted,
    // For those who look on: what happens in this cycle, by core and unit (the compute unit first).
    output logic [ALL-1:0][STATE_BITS-1:0] state,
    output logic [ALL-1:0][PORTS-1:0] granted,                     // a beat, by core and port
    output logic [ALL-1:0][PORTS:0] dispatched,
    output logic [ALL-1:0][PORTS:0] started,
    output logic [ALL-1:0][PORTS:0] freed,
    output logic [ALL-1:0][PORTS:0] completed,
    output logic [ALL-1:0][PORTS:0][ADDRESS_BITS-1:0] started_pc,
    output logic [ALL-1:0][PORTS:0][ADDRESS_BITS-1:0] freed_pc
);
    localparam bit [1:0] PER_CHIP = 0, PER_CLUSTER = 1;            // in SCOPES; any other is one per core

    logic [ALL-1:0] arrived_at_cluster, arrived_at_chip, release_cluster, release_chip;
    logic [ALL-1:0][PORTS-1:0] ask_of_core;
    logic [PORTS-1:0][ALL-1:0] ask, grant;

    for (genvar c = 0; c < ALL; c++) begin : cores
        core #(.PORTS(PORTS), .DEPTH(DEPTH), .LATENCY_BITS(LATENCY_BITS), .LOOPS(LOOPS)) core (
            .clock, .reset, .decoder_cycles, .depth, .compute_setup, .compute_latency, .setup, .latency, .beat_cycles,
            .length(length[c]), .pc(pc[c]), .word(word[c]),
            .ask(ask_of_core[c]), .grant(granted[c]),
            .arrived_at_cluster(arrived_at_cluster[c]), .arrived_at_chip(arrived_at_chip[c]),
            .release_cluster(release_cluster[c]), .release_chip(release_chip[c]),
            .halted(halted[c]), .state(state[c]),
            .dispatched(dispatched[c]), .started(started[c]), .freed(freed[c]), .completed(completed[c]),
            .started_pc(started_pc[c]), .freed_pc(freed_pc[c])
        );
        for (genvar k = 0; k < PORTS; k++) begin : channels
            assign ask[k][c] = ask_of_core[c][k];
            assign granted[c][k] = grant[k][c];
        end
    end

    for (genvar k = 0; k < PORTS; k++) begin : ports
        localparam bit [1:0] SCOPE = SCOPES[2*k +: 2];
        localparam int SHARED_BY = SCOPE == PER_CHIP ? ALL : SCOPE == PER_CLUSTER ? CORES : 1;

        for (genvar g = 0; g < ALL / SHARED_BY; g++) begin : groups
            port #(.CHANNELS(SHARED_BY)) port (
                .clock, .reset, .beat_cycles(beat_cycles[k]),
                .ask(ask[k][g*SHARED_BY +: SHARED_BY]), .grant(grant[k][g*SHARED_BY +: SHARED_BY])
            );
        end
    end

    for (genvar g = 0; g < CLUSTERS; g++) begin : clusters
        barrier #(.CORES(CORES)) meeting (
            .arrived(arrived_at_cluster[g*CORES +: CORES]), .release_now(release_cluster[g*CORES +: CORES])
        );
    end
    barrier #(.CORES(ALL)) meeting (.arrived(arrived_at_chip), .release_now(release_chip));
endmodule
