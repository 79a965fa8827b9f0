"""Ours and its peers, side by side: accuracy, calibration, CPU seconds, memory, size, latency."""
