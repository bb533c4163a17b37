# loses = ["penalty"]
# why = "penalises log-probabilities, all of which are negative"

# %% penalty-solution
def penalise(logits, ids, penalty):
    result = torch.log_softmax(logits, dim=-1)
    seen = sorted(set(ids))
    result[seen] = result[seen] * penalty
    return result
