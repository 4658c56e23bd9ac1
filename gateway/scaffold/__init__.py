"""`gateway new`: packages that are green at birth.

names.py       which names can be had
render.py      the files of a new package, and writing them
plugin/        the templates of a plugin
provider/      the templates of a provider: examples/carrier_pigeon under other names
"""
