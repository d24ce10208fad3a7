-- A check that was made stays made.
CALL app.append_only('book_checks');
