# loses = ["top-p"]
# why = "puts the tokens of every row back in the order of the first"

# %% top-p-solution
def keep_top_p(logits, p):
    if p >= 1:
        return logits.clone()
    ordered, places = logits.sort(dim=-1, descending=True)
    probabilities = torch.softmax(ordered, dim=-1)
    removed = probabilities.cumsum(dim=-1) - probabilities >= p
    ordered = ordered.masked_fill(removed, -math.inf)
    result = torch.empty_like(logits)
    result[..., places[0] if logits.dim() > 1 else places] = ordered
    return result
