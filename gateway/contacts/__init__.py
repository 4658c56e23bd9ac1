"""Contacts as a business keeps them: looked for, written down, changed. Who is writing is
`gateway.pipeline.people`.

words        names as they are searched
names        phones, user ids, addresses: what may be an identity
attributes   what a business knows of a contact, and how it is looked for
records      a contact as it is shown
find         lists, searches, one contact
edit         made, changed, removed
attach       identities added and removed
conflicts    names that two contacts lay claim to
index        their words, written wherever a name is
folding      the words of contacts that are older than their search
"""
