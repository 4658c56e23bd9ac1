"""The way of a message, one file an arrow: receive → journal → parse → dispatch → turn → outbox → send,
and back again as a status."""
