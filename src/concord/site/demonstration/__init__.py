"""The main job on a synthetic county, end to end: what `concord demo` does before it serves the pages."""
