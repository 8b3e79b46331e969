"""What a gate host says of itself to Prometheus and to whoever asks whether it is ready. Costs a call nothing: it reads files."""
