"""The process that reads files of electrodes of unknown origin: bounded, without a network, asked by JSON."""
