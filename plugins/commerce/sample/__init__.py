"""A shop to try: goods, pictures of them, a code, and the command that puts them on the shelf."""
