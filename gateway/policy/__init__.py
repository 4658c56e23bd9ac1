"""What may go out, to whom and when: one gate that every message passes which answers nobody.

`decide` is a pure function of facts. `gate` reads the facts in the transaction in which a part is claimed
(T2), and takes what a decision uses up. What it decided is kept and can be asked for (`why`).
"""
