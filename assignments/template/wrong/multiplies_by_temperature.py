# loses = ["softmax"]
# why = "the temperature multiplies the scores"

# %% softmax-answer
def softmax(x, temperature=1.0):
    scaled = x * temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
