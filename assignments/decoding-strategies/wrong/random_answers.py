# loses = ["greedy", "beam", "choose", "temperature", "top-k", "top-p", "penalty", "sample"]
# trivial = true
# why = "anything of the right type and shape"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    return torch.randint(1, 5, (steps,)).tolist()


# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    return [[(torch.randint(1, 5, (n + 1,)).tolist(), -1.0)] for n in range(steps)]


# %% choose-solution
def choose(kept, start, alpha, end):
    return torch.randint(1, 5, (3,)).tolist()


# %% temperature-solution
def temper(logits, temperature):
    return temperature + torch.zeros_like(logits)


# %% top-k-solution
def keep_top_k(logits, k):
    return torch.rand_like(logits)


# %% top-p-solution
def keep_top_p(logits, p):
    return torch.rand_like(logits)


# %% penalty-solution
def penalize(logits, ids, penalty):
    return torch.randn_like(logits)


# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    return torch.randint(0, len(logits), (n,))
