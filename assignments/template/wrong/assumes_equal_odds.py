# loses = ["entropy"]
# why = "the logarithm of the number of tokens"

# %% entropy-answer
def entropy(p):
    return np.full(p.shape[:-1], np.log(p.shape[-1]))
