# loses = ["top-p"]
# why = "trusts a sum in float32 to stay below 1"

# %% top-p-solution
def keep_top_p(logits, p):
    ordered, places = logits.sort(dim=-1, descending=True)
    probabilities = torch.softmax(ordered, dim=-1)
    removed = probabilities.cumsum(dim=-1) - probabilities >= p
    ordered = ordered.masked_fill(removed, -math.inf)
    return torch.empty_like(logits).scatter(-1, places, ordered)
