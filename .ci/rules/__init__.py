"""The rules of `make lint`.

A finding is a tuple: the rule, the file, the line, the text, and the word that an exception must name, if any.
"""
