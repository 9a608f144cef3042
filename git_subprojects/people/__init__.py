"""Who somebody is: mailboxes, trailers, .mailmap, and who has changed what."""
