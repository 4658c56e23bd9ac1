"""Templates at the provider: known in memory, checked before a send, read, and applied from a file.

The core's part; it knows no provider. What a provider adds is its `gateway.provider.TemplateDirectory`.
"""
