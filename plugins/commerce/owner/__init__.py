"""What the owner is told: the day in numbers, what runs low, how far customers come."""
