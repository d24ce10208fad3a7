-- What was owed on a case, once said, stays said: for the tables' owner too.
CALL app.append_only('case_balances');
