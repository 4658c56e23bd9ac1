"""The phone of `gateway demo`: a page that is a contact's phone at each provider, with the wire beside it.

server.py   the routes, and the page's own files
guard.py    who may drive it: this machine's browser, with the address that was printed
people.py   whose phone it is
bubble.py   a message as the page draws it
chats.py    the chats, kept in step with the simulators
acts.py     what the page can make a contact do
samples.py  the files that a contact can attach, made in code
files.py    the bytes behind pictures, sounds and documents
wire.py     the requests between gateway and provider, with the secrets taken out
redact.py   what is secret
gist.py     what a request is about, in a few words
losses.py   what a provider could not carry, asked of the gateway's API
news.py     the numbered events of the page's one stream
page/       HTML, CSS and JavaScript, used as they are
"""
