# loses = ["greedy", "beam", "choose", "temperature", "top-k", "top-p", "penalty", "sample"]
# trivial = true
# why = "zeros of the right type and shape"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    return [0] * steps


# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    return [[(list(start) + [0] * (n + 1), 0.0)] for n in range(steps)]


# %% choose-solution
def choose(kept, start, alpha, end):
    return [0]


# %% temperature-solution
def temper(logits, temperature):
    return torch.zeros_like(logits)


# %% top-k-solution
def keep_top_k(logits, k):
    return torch.zeros_like(logits)


# %% top-p-solution
def keep_top_p(logits, p):
    return torch.zeros_like(logits)


# %% penalty-solution
def penalize(logits, ids, penalty):
    return torch.zeros_like(logits)


# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    return torch.zeros(n, dtype=torch.int64)
