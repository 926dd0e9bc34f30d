"""What both doors tell a person, gathered from the store in the words of the report.

The store knows no report, and the report knows no store: here they meet, below the command
line and the desk, so that a letter says the same from either.
"""
