"""The command line by subject: each file parses, asks one service and prints. Rules and queries live elsewhere.

At the top of a file stand click and this package only; a command imports what it needs when it runs, so that help and
every other command start fast. ``cli.py`` lists the commands (``docs/adr/0007-commands-by-subject.md``).
"""
