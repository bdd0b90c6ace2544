"""The recurring parts of pages: what they are made of, before a template draws them."""
