"""Recordings of electrodes: sent by clinicians, read apart, shown with their traces."""
