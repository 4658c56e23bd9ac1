"""Conversations as functions, replayed: `@flow`, questions, and the engine that runs them."""
