"""What tests register: a verb, a form of answers."""
