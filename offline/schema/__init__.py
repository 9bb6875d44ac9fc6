"""The SDK's types, read into JSON once, and the check of inputs against them.

Importing the SDK costs a process one to four seconds; the JSON of the types in use costs none.
"""
