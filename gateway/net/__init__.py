"""The way out to addresses that others gave us: customers' links, files at providers, redirects.

address.py   which IP addresses are public
url.py       what of a URL can be refused before anything is asked of the network
client.py    `SafeClient`: fetches and posts, and checks each address at the moment of connecting
"""

from gateway.net.client import Blocked, Fetched, FetchFailed, Posted, SafeClient
from gateway.net.url import origin, visible_problem

__all__ = ["Blocked", "FetchFailed", "Fetched", "Posted", "SafeClient", "origin", "visible_problem"]
