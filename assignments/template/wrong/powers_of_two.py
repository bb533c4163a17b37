# loses = ["softmax"]
# why = "powers of two instead of e"

# %% softmax-answer
def softmax(x, temperature=1.0):
    scaled = x / temperature
    powers = np.exp2(scaled - scaled.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
