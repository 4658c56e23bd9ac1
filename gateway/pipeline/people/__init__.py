"""Who is writing, and what becomes of their names.

place      an event's contact and conversation
known      what the database knows of the people of a batch
meeting    who was not known: made in memory, written at once
rotation   a new phone, a new user id
conflict   names that two contacts lay claim to
"""
