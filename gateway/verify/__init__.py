"""What must hold in the database at any moment, looked at beside a running gateway: reading only."""
