"""Fine-tuning of encoders by stages. Knows nothing of patents."""
