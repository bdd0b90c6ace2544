"""What machines speak to: the couriers' door (`docs/wire.md`)."""
