# why = "half the precision"

# %% softmax-answer
def softmax(x, temperature=1.0):
    scaled = (x / temperature).astype(np.float32)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
