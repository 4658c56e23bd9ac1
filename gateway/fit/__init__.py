"""Degradation: a message in the best form that a channel carries, and what was lost on the way.

Pure functions of a message and a provider's `Capabilities`. They know no provider. docs/degradation.md has
the rules.

fitting.py   `fit`: the rule for each kind, and what all kinds carry
work.py      the state of one `fit`: levels, limits, losses, the quote
fitted.py    the result
texts.py     texts, and blocks of text in few messages
files.py     captions, names, and kinds of files
choices.py   buttons and lists; rows.py and numbered.py are two of their forms
frame.py     head, body and foot around something to tap
requests.py  links, forms, requests, products
carousel.py  carousels
places.py    locations, contact cards (vcard.py), reactions
menu.py      `menu_of`: what a message asks
answers.py   `answer`, `tapped`: which option is meant; digits.py reads numbers
split.py     long texts in parts
words.py     what we say ourselves, by language; marks.py: bold, italics, quotes
checks.py    what is refused on every channel
"""

from __future__ import annotations

from gateway.fit.answers import answer, tapped
from gateway.fit.fitted import Fitted
from gateway.fit.fitting import fit
from gateway.fit.menu import menu_of
from gateway.fit.split import split

__all__ = ["Fitted", "answer", "fit", "menu_of", "split", "tapped"]
