# loses = ["top-p", "sample"]
# why = "sums up in the order of the vocabulary"

# %% top-p-solution
def keep_top_p(logits, p):
    probabilities = torch.softmax(logits, dim=-1)
    before = probabilities.cumsum(dim=-1) - probabilities
    return logits if p >= 1 else logits.masked_fill(before >= p, -math.inf)
