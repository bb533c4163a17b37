# loses = ["softmax"]
# why = "a batch sums to one as a whole"

# %% softmax-answer
def softmax(x, temperature=1.0):
    scaled = x / temperature
    powers = np.exp(scaled - scaled.max())
    return powers / powers.sum()
