"""Webhooks out: what happens to a tenant is posted to the addresses that it named.

signing.py    Standard Webhooks signatures
schedule.py   when a delivery is tried again: a pure function
record.py     an endpoint, and what became of an attempt
fanout.py     queues an event for the endpoints that want it, in the transaction that numbers it
payload.py    the bytes of an event
post.py       one attempt: sign, post, judge
settle.py     the outcome of an attempt, in one transaction
lanes.py      whose turn it is: few at once for an endpoint, fewer for one that fails
deliver.py    `Deliverer`, the stage
tidy.py       what was kept long enough goes, some at a time
desk.py       what API and commands do with endpoints
deliveries.py the same with deliveries: look, redeliver, recover
forms.py      what may be asked, and what is shown

Rows are the truth. A delivery that was under way when a process died is made again, with the same id.
"""
