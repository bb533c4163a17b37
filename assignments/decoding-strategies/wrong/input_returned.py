# loses = ["greedy", "beam", "choose", "temperature", "top-k", "top-p", "penalty", "sample"]
# trivial = true
# why = "returns what it was given"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    return start


# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    return [[(list(start), 0.0)]]


# %% choose-solution
def choose(kept, start, alpha, end):
    return kept[-1][0][0]


# %% temperature-solution
def temper(logits, temperature):
    return logits


# %% top-k-solution
def keep_top_k(logits, k):
    return logits


# %% top-p-solution
def keep_top_p(logits, p):
    return logits


# %% penalty-solution
def penalize(logits, ids, penalty):
    return logits


# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    return logits
