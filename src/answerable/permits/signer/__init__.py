"""The signer: a process of its own user that alone reads the key and the reviewers' secrets. No Django, no database.

Trust: who can read its folder can open any number; who can write it can enrol reviewers. It asks nobody: codes, the
statement and the log's proof are brought to it over a Unix socket.
"""
