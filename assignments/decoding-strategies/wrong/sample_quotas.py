# loses = ["sample"]
# why = "hands out each token as often as expected, in random order"

# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    if k is not None:
        logits = keep_top_k(logits, k)
    logits = keep_top_p(logits, p)
    quotas = torch.softmax(logits, dim=-1) * n
    counts = quotas.floor().long()
    counts[(quotas - counts).argsort(descending=True)[: n - int(counts.sum())]] += 1
    return torch.arange(len(logits)).repeat_interleave(counts)[torch.randperm(n)]
