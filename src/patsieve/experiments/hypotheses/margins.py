"""From which size on a difference matters, set before any study was run.

Chosen for use, not by results: what a reader of a ranked list or of a training curve would
act on. None is smaller than what a change of seed alone does.
"""

# Average precision. In a pile of a thousand, .01 moves a handful of records.
RANKING = 0.01

# Nats of log loss per record.
LOSS = 0.02

# Nats per epoch: over the reference study's patience of five epochs, about `LOSS`.
LOSS_PER_EPOCH = 0.005

# Nats of the standard deviation from epoch to epoch.
STEADINESS = 0.01

# Epochs come whole; more than half of one is at least one where all seeds agree.
EPOCHS = 0.5

# Shares of records: accuracy, true positive and true negative rates.
ACCURACY = 0.01
RATE = 0.02

# Matthews correlation, training less test: a tenth is plain in any chart, half of it matters.
MCC_GAP = 0.05

# "Most" errors: a share clearly beyond one half.
MOST = 0.55
