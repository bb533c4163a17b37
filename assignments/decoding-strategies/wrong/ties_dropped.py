# loses = ["top-k"]
# why = "takes exactly k tokens, whichever of the tied ones topk happens to list first"

# %% top-k-solution
def keep_top_k(logits, k):
    best = logits.topk(min(k, logits.shape[-1]), dim=-1)
    kept = torch.full_like(logits, -math.inf)
    return kept.scatter(-1, best.indices, best.values)
