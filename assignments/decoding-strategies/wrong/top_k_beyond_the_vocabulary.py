# loses = ["top-k"]
# why = "fails if k is larger than the vocabulary"

# %% top-k-solution
def keep_top_k(logits, k):
    least = logits.topk(k, dim=-1).values[..., -1:]
    return logits.masked_fill(logits < least, -math.inf)
