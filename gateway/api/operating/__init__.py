"""What operators ask: health, metrics, the doctor, dead letters."""
