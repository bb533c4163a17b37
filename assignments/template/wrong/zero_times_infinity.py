# loses = ["entropy"]
# why = "an impossible token makes the sum no number"

# %% entropy-answer
def entropy(p):
    with np.errstate(all="ignore"):
        return -(p * np.log(p)).sum(axis=-1)
