"""What people do, one file a verb. Everything about pupils begins with `gate.ask`."""
