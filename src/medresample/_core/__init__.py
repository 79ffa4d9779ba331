"""The machinery that every sampler shares: table, target, neighbors, recipes, plan, base."""
