# loses = ["greedy", "beam", "choose", "temperature", "top-k", "top-p", "penalty", "sample"]
# trivial = true
# why = "takes the most probable token everywhere, or nothing at all"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    return [int(next_logits([start])[0].argmax())]


# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    return []


# %% choose-solution
def choose(kept, start, alpha, end):
    return []


# %% temperature-solution
def temper(logits, temperature):
    return torch.where(logits == logits.max(), logits, -math.inf)


# %% top-k-solution
def keep_top_k(logits, k):
    return torch.full_like(logits, -math.inf)


# %% top-p-solution
def keep_top_p(logits, p):
    return torch.full_like(logits, -math.inf)


# %% penalty-solution
def penalize(logits, ids, penalty):
    return logits / penalty


# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    return logits.argmax().repeat(n)
