"""The systems that `training_speed.py` measures, each behind one function `train(run)`."""
