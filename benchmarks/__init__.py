"""Every figure that we claim, measured beside its limit and its peers in one run.

``python -m benchmarks`` measures all rows; see docs/benchmarks.md for what each one means.
"""
