// AdminHTTP: the daemon's face to its operators.
