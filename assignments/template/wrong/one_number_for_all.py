# loses = ["entropy"]
# why = "adds the distributions of a batch up"

# %% entropy-answer
def entropy(p):
    logs = np.log(p, out=np.zeros_like(p), where=p > 0)
    return -(p * logs).sum()
