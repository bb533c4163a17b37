# loses = ["penalty"]
# why = "penalizes log-probabilities, all of which are negative"

# %% penalty-solution
def penalize(logits, ids, penalty):
    result = torch.log_softmax(logits, dim=-1)
    seen = sorted(set(ids))
    result[seen] = result[seen] * penalty
    return result
