"""What people see: pages after the GOV.UK Design System in the LA's own look, and the API."""
