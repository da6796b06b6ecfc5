"""What every test may rely on: no network, and one thread for the small sums of tiny models."""

import os

# Set before anything imports a library that reads it.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ.setdefault("OMP_NUM_THREADS", "1")
