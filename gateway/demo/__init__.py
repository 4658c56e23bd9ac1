"""The gateway played on a stage: with simulated providers, in one process, without accounts or network.

simulators.py   the part of a provider's simulator that the core uses
stage.py        a gateway and its simulators, started and stopped together
settings.py     the gateway.toml of the demo, and settings for `gateway chat`
fruit_stand.py  the plugin that the demo plays with
script.py       the conversation of `gateway demo --once`, and what must be answered
screen.py       messages as a terminal shows them
loglines.py     the log as sentences on the screen
terminal.py     `gateway chat`: a person at the keyboard is the contact
"""
