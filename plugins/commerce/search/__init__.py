"""Finding products by words: whole words, plurals, accents, synonyms, slips of the finger, and a price."""
