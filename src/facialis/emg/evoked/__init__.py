"""Responses to a stimulus: lateral spread response and blink reflex."""
