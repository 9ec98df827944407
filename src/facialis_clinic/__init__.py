"""The site: a practice for hemifacial spasm, on one machine. It stands on the medicine and on the practice's rules."""
