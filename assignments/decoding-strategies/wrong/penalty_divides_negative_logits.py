# loses = ["penalty"]
# why = "divides negative logits too, which makes those tokens more likely"

# %% penalty-solution
def penalize(logits, ids, penalty):
    result = logits.clone()
    result[sorted(set(ids))] /= penalty
    return result
