# loses = ["entropy"]
# why = "measures in bits"

# %% entropy-answer
def entropy(p):
    logs = np.log2(p, out=np.zeros_like(p), where=p > 0)
    return -(p * logs).sum(axis=-1)
