// What surrounds the chip in a test: its clock, its instruction memories, and a record of what happens in it.
//
// cocotb (bench.py) sets the settings, fills the memories and lets go of `reset`. The record is a file, +record=PATH,
// with one line for each event: kind, boundary, core, unit (or the decoder's state), index of the instruction. Beats are
// told of with +grants. At `reset` the record is brought up to date.

module testbench
    import instruction_set::*;
#(
    parameter int CLUSTERS = 1,
    parameter int CORES = 4,
    parameter int PORTS = 3,
    parameter int SCOPES = 0,
    parameter int LATENCY_BITS = 7,
    localparam int ALL = CLUSTERS * CORES
);
    logic clock = 1'b0;
    logic reset = 1'b1;
    logic [SETTING_BITS-1:0] decoder_cycles, depth, compute_setup;
    logic [LATENCY_BITS-1:0] compute_latency;
    logic [PORTS-1:0][SETTING_BITS-1:0] setup, beat_cycles;
    logic [PORTS-1:0][LATENCY_BITS-1:0] latency;
    logic [ALL-1:0][ADDRESS_BITS-1:0] length, pc;
    logic [ALL-1:0][WORD_BITS-1:0] word;
    logic [ALL-1:0] halted;
    logic [ALL-1:0][STATE_BITS-1:0] state;
    logic [ALL-1:0][PORTS-1:0] granted;
    logic [ALL-1:0][PORTS:0] dispatched, started, freed, completed;
    logic [ALL-1:0][PORTS:0][ADDRESS_BITS-1:0] started_pc, freed_pc;

    chip #(
        .CLUSTERS(CLUSTERS), .CORES(CORES), .PORTS(PORTS), .SCOPES(SCOPES), .LATENCY_BITS(LATENCY_BITS)
    ) chip (.*);

    logic [WORD_BITS-1:0] memory [0:ALL * 2**ADDRESS_BITS - 1];    // core 0's first

    for (genvar c = 0; c < ALL; c++) begin : fetches
        assign word[c] = memory[c * 2**ADDRESS_BITS + pc[c]];
    end

    always #1 clock = ~clock;

    int boundary;                                                  // at the beginning of the present cycle
    int record;
    string path;
    logic with_grants;
    logic all_halted;
    logic done = 1'b0;                                             // all is recorded

    initial begin
        if (!$value$plusargs("record=%s", path)) $fatal(1, "+record=PATH is missing");
        record = $fopen(path, "w");
        with_grants = $test$plusargs("grants");
    end

    // What happens at a boundary is looked at when the cycle is over, before its results are stored.
    always @(posedge clock) begin
        boundary <= reset ? 0 : boundary + 1;
        all_halted <= !reset && &halted;
        done <= !reset && all_halted;
    end

    always @(posedge reset) $fflush(record);

    for (genvar c = 0; c < ALL; c++) begin : recorders
        logic [PORTS:0][ADDRESS_BITS-1:0] started_pcs, freed_pcs;
        assign started_pcs = started_pc[c];
        assign freed_pcs = freed_pc[c];
        logic known_halted;
        logic [STATE_BITS-1:0] known_state;

        always @(posedge clock) begin
            known_halted <= !reset && halted[c];
            known_state <= reset ? DECODING : state[c];
            if (!reset && |{dispatched[c], started[c], freed[c], completed[c]})
                for (int u = 0; u <= PORTS; u++) begin
                    if (dispatched[c][u]) $fdisplay(record, "dispatched %0d %0d %0d %0d", boundary, c, u, pc[c]);
                    if (started[c][u]) $fdisplay(record, "started %0d %0d %0d %0d", boundary, c, u, started_pcs[u]);
                    if (freed[c][u]) $fdisplay(record, "freed %0d %0d %0d %0d", boundary, c, u, freed_pcs[u]);
                    if (completed[c][u]) $fdisplay(record, "completed %0d %0d %0d 0", boundary, c, u);
                end
            if (!reset && with_grants && |granted[c])
                for (int p = 0; p < PORTS; p++)
                    if (granted[c][p]) $fdisplay(record, "granted %0d %0d %0d 0", boundary, c, p + 1);
            // A state that came of a boundary stands in its register from the next on.
            if (!reset && state[c] != known_state) $fdisplay(record, "state %0d %0d %0d 0", boundary - 1, c, state[c]);
            if (!reset && halted[c] && !known_halted) $fdisplay(record, "halted %0d %0d 0 0", boundary, c);
        end
    end
endmodule
