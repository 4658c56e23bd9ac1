"""Retention: what had its time goes by itself, from the first start on, in small pieces beside the work.

`keeper` goes round once an hour, the leader alone; `kinds` knows how each kind of data is found and removed;
`outlook` tells how it goes. For how long what is kept is in `gateway.settings.kept`.
"""
