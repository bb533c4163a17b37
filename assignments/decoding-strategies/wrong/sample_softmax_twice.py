# loses = ["sample"]
# why = "takes the softmax of probabilities"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    if k is not None:
        logits = keep_top_k(logits, k)
    logits = keep_top_p(logits, p)
    law = torch.softmax(torch.softmax(logits, dim=-1), dim=-1)
    return torch.multinomial(law, n, replacement=True)
