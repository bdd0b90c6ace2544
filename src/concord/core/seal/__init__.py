"""The seal: canonical JSON, signatures, sealed files, the ledger's proofs, receipts and signed requests.

Everything here is pure: no network, no database, no clock but the one handed in. The hub and the courier share it, and
an auditor can run `verify` and `receipt` with nothing else of the product. Formats: `docs/wire.md`, `docs/ledger.md`.
"""
