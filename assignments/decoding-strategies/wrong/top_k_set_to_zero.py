# loses = ["top-k", "sample"]
# why = "sets the others to 0, which as a logit is a lot"

# %% top-k-solution
def keep_top_k(logits, k):
    least = logits.topk(min(k, logits.shape[-1]), dim=-1).values[..., -1:]
    return torch.where(logits < least, 0.0, logits)
