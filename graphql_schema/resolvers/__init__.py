"""Plain functions behind the reads: context and arguments in, domain objects and views out.

No Strawberry here: compiled operations call these without it. What a type's fields are called in
Strawberry, the objects returned here have as attributes; reading an attribute has no effects.
"""
