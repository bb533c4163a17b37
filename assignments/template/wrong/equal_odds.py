# loses = ["softmax"]
# trivial = true
# why = "every token is as likely as any other"

# %% softmax-answer
def softmax(x, temperature=1.0):
    return np.full_like(x, 1 / x.shape[-1])
