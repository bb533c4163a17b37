# loses = ["top-k", "sample"]
# why = "keeps what is above the next one: one token too many"

# %% top-k-solution
def keep_top_k(logits, k):
    least = logits.topk(min(k + 1, logits.shape[-1]), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < least, -math.inf)
