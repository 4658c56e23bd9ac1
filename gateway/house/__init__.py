"""The house: what the gateway itself does toward contacts, for every tenant, whatever plugins it has.

It stands in front of flows, commands and plugins as one more plugin, "gateway", that no tenant names and none
can switch off. What it takes for itself is in `claims`; its flows and jobs are found in the modules of this
folder as in those of any plugin, its texts in `locales/`.
"""
