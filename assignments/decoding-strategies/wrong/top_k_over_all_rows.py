# loses = ["top-k"]
# why = "finds one threshold for all rows together"

# %% top-k-solution
def keep_top_k(logits, k):
    least = logits.flatten().topk(min(k, logits.shape[-1])).values[-1]
    return logits.masked_fill(logits < least, -math.inf)
