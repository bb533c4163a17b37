# why = "numpy inside, an inverse distribution function as the sampler, the nucleus by counting"

# %% top-p-solution
import numpy as np


def keep_top_p(logits, p):
    rows = np.atleast_2d(logits.numpy()).astype(float)
    kept = np.full_like(rows, -np.inf)
    for row, target in zip(rows, kept, strict=True):
        law = np.exp(row - row.max())
        law /= law.sum()
        order = np.argsort(law)[::-1]
        count = len(row) if p >= 1 else int(np.searchsorted(np.cumsum(law[order]), p)) + 1
        target[order[:count]] = row[order[:count]]
    return torch.from_numpy(kept.reshape(logits.shape))


# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = temper(logits, temperature)
    if k is not None:
        logits = keep_top_k(logits, k)
    law = torch.softmax(keep_top_p(logits, p), dim=-1).double().numpy()
    edges = np.cumsum(law) / law.sum()
    return torch.from_numpy(np.searchsorted(edges, np.random.random(n), side="right"))
