"""Businesses, their channels and their plugins: in gateway.toml or in the database, as one.

The rule: what gateway.toml names is gateway.toml's. A tenant or channel of the file is changed in the file,
and the file is read again when it changes; whoever would change it by command or API is told where it
stands. Everything else is the database's: made, changed and removed by command and API. A tenant of the
file may have channels and plugins that the file does not name. What happened (keys, pauses, messages) is
the database's for all of them.
"""
