"""A data sharing agreement between a local authority and its schools, as running software."""
