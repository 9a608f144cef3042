"""What is looked at before patches are sent: findings, each with a name, a severity, what it means and what to do."""
