"""PostgreSQL: the inbox, the incidents and the evidence."""
