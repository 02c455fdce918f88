"""A designer's folder becomes a pack: read, checked with file and line, merged, kept compiled.

``yamlfile`` knows text and lines, ``shape`` knows what the models allow and says it in words,
``reader`` joins both, ``check`` looks at what the files say about each other, ``cache`` makes the
second open fast; ``fitting`` fits a generated person in, ``written`` writes people and towns.
"""
