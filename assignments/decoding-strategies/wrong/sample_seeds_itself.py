# loses = ["sample"]
# why = "sets the seed in every call"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    if k is not None:
        logits = keep_top_k(logits, k)
    logits = keep_top_p(logits, p)
    torch.manual_seed(0)
    return torch.multinomial(torch.softmax(logits, dim=-1), n, replacement=True)
