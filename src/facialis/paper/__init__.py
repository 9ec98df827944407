"""How any page looks: the frame, the charts, the colours. The rooms call it; it knows nothing of them."""
