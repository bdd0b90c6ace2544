"""The school's side: takes what the MIS exports, shows it, checks it, seals it, sends it and keeps the receipt.

Stands on `core` alone and runs with `requirements/courier.lock`. The wire is in `docs/wire.md`.
"""
