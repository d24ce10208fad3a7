-- A contract stands as it was signed; it may be ended, once.
CALL app.answered_once('framework_contracts', 'ended_on');
