# loses = ["softmax", "entropy"]
# trivial = true
# why = "the argument, as it came"

# %% softmax-answer
def softmax(x, temperature=1.0):
    return x


# %% entropy-answer
def entropy(p):
    return p
