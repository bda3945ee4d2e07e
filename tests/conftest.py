"""One thread for torch: the tensors here are small, and threads that wait for each other cost time."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
