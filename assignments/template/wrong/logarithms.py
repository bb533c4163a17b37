# loses = ["softmax"]
# why = "returns log-probabilities"

# %% softmax-answer
def softmax(x, temperature=1.0):
    scaled = x / temperature
    shifted = scaled - scaled.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
