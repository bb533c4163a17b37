# loses = ["sample"]
# why = "chooses the nucleus first and applies temperature afterwards"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    if k is not None:
        logits = keep_top_k(logits, k)
    logits = keep_top_p(logits, p)
    logits = temper(logits, temperature)
    return torch.multinomial(torch.softmax(logits, dim=-1), n, replacement=True)
