# loses = ["entropy"]
# why = "returns the perplexity"

# %% entropy-answer
def entropy(p):
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    return np.exp(-(p * logs).sum(axis=-1))
