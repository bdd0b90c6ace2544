"""Pure Python: what is true of the agreement, the returns and the seal, whoever runs the hub."""
