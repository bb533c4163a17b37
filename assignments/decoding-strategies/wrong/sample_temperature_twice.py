# loses = ["sample"]
# why = "applies temperature before the filters and again in the softmax"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    if k is not None:
        logits = keep_top_k(logits, k)
    logits = keep_top_p(logits, p)
    return torch.multinomial(torch.softmax(logits / temperature, dim=-1), n, replacement=True)
