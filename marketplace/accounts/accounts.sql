-- What a firm charged on a day stays what it charged, and where it was paid.
CALL app.append_only('tax_statuses');
CALL app.answered_once('entity_bank_accounts', 'valid_to');
