"""Several processes on one database: who is there, who owns which share of the numbers, who tells whom."""
