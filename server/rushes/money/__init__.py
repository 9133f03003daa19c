"""Money: the ledger of what everything has cost, and the budgets that it is held against."""
