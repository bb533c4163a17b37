# loses = ["softmax"]
# why = "normalizes along the first axis"

# %% softmax-answer
def softmax(x, temperature=1.0):
    scaled = x / temperature
    powers = np.exp(scaled - scaled.max(axis=0))
    return powers / powers.sum(axis=0)
