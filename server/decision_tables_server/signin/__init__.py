"""Signing in: by token or certificate to one principal, with the rights that one policy file gives."""
