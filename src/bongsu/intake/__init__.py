"""Alarms from outside: the forms they come in, who may send them, and the live page of what is open.

A file without a leading underscore is a form, with `parse(body)`; `_door.FORMATS` names those that have an address.
What SNS sends is taken by `sns.Sns`, which checks its signature.
"""
