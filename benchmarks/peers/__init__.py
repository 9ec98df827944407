"""What a user can build today, to be held against: MediaPipe in its own environment, and detectors on its output."""
