"""The log of events: what happened to a tenant, numbered 1, 2, 3, … for whoever follows it.

`note` makes the rows that a fact's own transaction writes; `sequence` numbers them after the commit; `read`
and `shown` give them out. The log holds references: a message's content is joined when it is read.
"""
