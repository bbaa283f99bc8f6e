// ESI
