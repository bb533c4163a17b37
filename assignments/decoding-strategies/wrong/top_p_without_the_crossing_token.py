# loses = ["top-p", "sample"]
# why = "removes the token that crosses p, of which the nucleus needs at least one"

# %% top-p-solution
def keep_top_p(logits, p):
    if p >= 1:
        return logits.clone()
    ordered, places = logits.sort(dim=-1, descending=True)
    probabilities = torch.softmax(ordered, dim=-1)
    removed = probabilities.cumsum(dim=-1) > p
    removed[..., 0] = False
    ordered = ordered.masked_fill(removed, -math.inf)
    return torch.empty_like(logits).scatter(-1, places, ordered)
