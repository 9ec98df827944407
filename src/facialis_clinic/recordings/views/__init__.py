"""The pages of recordings, the way in for files, and the films themselves."""
