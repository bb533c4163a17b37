# loses = ["top-p", "sample"]
# why = "returns the logits in sorted order"

# %% top-p-solution
def keep_top_p(logits, p):
    if p >= 1:
        return logits.clone()
    ordered, places = logits.sort(dim=-1, descending=True)
    probabilities = torch.softmax(ordered, dim=-1)
    removed = probabilities.cumsum(dim=-1) - probabilities >= p
    ordered = ordered.masked_fill(removed, -math.inf)
    return ordered
