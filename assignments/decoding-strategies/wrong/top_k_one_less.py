# loses = ["top-k", "sample"]
# why = "keeps only what is strictly above the k-th largest"

# %% top-k-solution
def keep_top_k(logits, k):
    if k > logits.shape[-1]:
        return logits
    least = logits.topk(k, dim=-1).values[..., -1:]
    return logits.masked_fill(logits <= least, -math.inf)
