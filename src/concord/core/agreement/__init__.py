"""The agreement between the LA and its establishments as dated data, and the pure engine that says what it allows.

`load` reads a folder strictly, `standing` derives how it stands on a day, `decide` answers one ask with a permit or a
refusal, `admit` says whether an event may be recorded, `what_if` answers before the fact.
"""
