"""Files: what contacts send, fetched and kept, and what we send, kept and fitted.

files.py    `Files`: keep, find, read, link, fit, delete; what the rest of the gateway uses
spill.py    bytes on their way in: bounded, hashed, written to a file
check.py    what a file is, by its bytes
keep.py     where bytes are kept: a folder or an object store, by tenant and hash
images.py   pictures made smaller, in a process of their own
tokens.py   signed links
pending.py  rows for the files of messages that come in
fetch.py    the job that fetches them
sweep.py    what is kept too long goes
"""
