"""What is shown of a recording of electrodes."""
