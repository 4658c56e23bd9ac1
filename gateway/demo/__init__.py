"""The gateway played on a stage: with simulated providers, in one process, without accounts or network.

simulators.py   the part of a provider's simulator that the core uses
stage.py        a gateway and its simulators, started and stopped together
settings.py     the gateway.toml of the demo, and settings for `gateway chat`
program.py      what the demo shows, as data: plugins, settings, commands, a conversation (demo.toml)
drawings.py     a picture, a document and a voice note, made in code
script.py       plays the conversation of `gateway demo --once`, and judges what is answered
staff.py        the business's own people, who ask the API
live.py         the demo that stays up
phone/          the phone in the browser, with the wire beside it
ports.py        ports on which nobody listens
screen.py       messages as a terminal shows them
loglines.py     the log as sentences on the screen
terminal.py     `gateway chat`: a person at the keyboard is the contact
"""
