"""Files: what contacts send, fetched and kept, and what we send, kept and fitted.

files.py    `Files`: keep, find, read, link, fit, delete; what the rest of the gateway uses
record.py   a file's row; shown.py what the API shows of it; names.py what it is called
spill.py    bytes on their way in: bounded, hashed, written to a file
check.py    what a file is, by its bytes
keep.py     where bytes are kept: a folder or an object store, by tenant and hash
images.py   pictures made to fit, in a process of their own (imagework.py)
pending.py  rows for the files of messages that come in
fetch.py    the stage that fetches them: getting.py (one file), patience.py (how long), settle.py (the end)
linked.py   files that a customer names by a link
offer.py    files that come with messages of ours
tokens.py   signed links; serve.py answers them
sweep.py    what is kept too long goes
"""
