"""The pages of recordings of electrodes, the way in for files, and the files themselves."""
