"""Stock: what is there, what is promised, and nothing promised twice."""
