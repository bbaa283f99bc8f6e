-- Item types that the user watches, as of the last writing command; reading commands put today's in front of them.
CREATE TABLE watched_types (
    type_id INTEGER PRIMARY KEY
) STRICT;
