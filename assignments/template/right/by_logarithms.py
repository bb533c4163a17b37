# why = "the exponential of the log-probabilities"

# %% softmax-answer
def softmax(x, temperature=1.0):
    scaled = x / temperature
    scaled = scaled - scaled.max(axis=-1, keepdims=True)
    return np.exp(scaled - np.log(np.exp(scaled).sum(axis=-1, keepdims=True)))
