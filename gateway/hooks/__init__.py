"""Plugins: what they may implement (specs), how they say so (mark), and how they are held (host)."""
