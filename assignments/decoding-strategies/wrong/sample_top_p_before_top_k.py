# loses = ["sample"]
# why = "applies top-p before top-k, on probabilities that are not renormalized"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    logits = keep_top_p(logits, p)
    if k is not None:
        logits = keep_top_k(logits, k)
    return torch.multinomial(torch.softmax(logits, dim=-1), n, replacement=True)
