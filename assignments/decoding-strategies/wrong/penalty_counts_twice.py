# loses = ["penalty"]
# why = "penalizes a token again each time it has occurred"

# %% penalty-solution
def penalize(logits, ids, penalty):
    result = logits.clone()
    for i in ids:
        result[i] = result[i] / penalty if result[i] > 0 else result[i] * penalty
    return result
