"""The machine as hardware: SystemVerilog, run on programs by cocotb and Icarus Verilog, compared with the simulator."""
