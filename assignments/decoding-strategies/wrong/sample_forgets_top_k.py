# loses = ["sample"]
# why = "takes k and does not use it"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    logits = keep_top_p(logits, p)
    return torch.multinomial(torch.softmax(logits, dim=-1), n, replacement=True)
