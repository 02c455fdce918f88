"""Learning: which act pays with whom, from few, late and noisy rewards, within character.

A hierarchical Bayesian bandit over acts (numpy, elementwise, float64), the features it sees, and
the ledger that finds the turns a late reward belongs to.
"""
