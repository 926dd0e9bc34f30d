"""The desk: the work of a performer and a committee in a browser.

    python -m replique.web            # opens it on this computer

One Django application above the store and the report.  On a laptop it serves one
person, on this computer alone (`local_door`); on a committee's server each sees what
they may (`permissions`).  `opening` opens the store for it, `keeping` keeps the server
and the background worker alive, `serving` is the server.
"""
