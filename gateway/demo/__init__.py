"""The gateway played on a stage: with simulated providers, in one process, without accounts or network.

simulators.py   the part of a provider's simulator that the core uses
stage.py        a gateway and its simulators, started and stopped together
settings.py     the gateway.toml of the demo, and settings for `gateway chat`
fruit_stand.py  the plugin that the demo plays with
goods.py        what it sells
drawings.py     pictures, a document and a voice note, made in code
script.py       the conversation of `gateway demo --once`, and what must be answered
live.py         the demo that stays up
phone/          the phone in the browser, with the wire beside it
ports.py        ports on which nobody listens
screen.py       messages as a terminal shows them
loglines.py     the log as sentences on the screen
terminal.py     `gateway chat`: a person at the keyboard is the contact
"""
