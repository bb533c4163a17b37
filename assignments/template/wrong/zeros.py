# loses = ["softmax", "entropy"]
# trivial = true
# why = "zeros of the right shape"

# %% softmax-answer
def softmax(x, temperature=1.0):
    return np.zeros_like(x)


# %% entropy-answer
def entropy(p):
    return np.zeros(p.shape[:-1])
