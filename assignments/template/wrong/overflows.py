# loses = ["softmax"]
# why = "large scores overflow"

# %% softmax-answer
def softmax(x, temperature=1.0):
    powers = np.exp(x / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)
