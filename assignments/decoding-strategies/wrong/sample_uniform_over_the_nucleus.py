# loses = ["sample"]
# why = "draws evenly among what the nucleus leaves"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    if k is not None:
        logits = keep_top_k(logits, k)
    logits = keep_top_p(logits, p)
    law = torch.softmax(logits, dim=-1)
    law = (law > 0).float() if p < 1 else law
    return torch.multinomial(law, n, replacement=True)
