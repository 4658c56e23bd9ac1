"""Addresses of plugins, under /p/<plugin>/: public pages, routes of the API, webhooks."""
