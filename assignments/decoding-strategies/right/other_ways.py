# why = "plain loops, a sorted list of hypotheses, a large negative number as a mask, Gumbel noise"

# %% greedy-solution
def greedy(next_logits, start, steps, end):
    ids = list(start)
    while len(ids) < len(start) + steps:
        ids.append(torch.argmax(torch.softmax(next_logits([ids]), dim=-1)[0]).item())
        if ids[-1] == end:
            break
    return ids[len(start) :]


# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    live, kept = [[tuple(start), 0.0]], []
    for _ in range(steps):
        rows = next_logits([list(ids) for ids, _ in live]).double().log_softmax(dim=-1).tolist()
        extensions = [
            [ids + (token,), score + log_p]
            for (ids, score), row in zip(live, rows, strict=True)
            for token, log_p in enumerate(row)
        ]
        extensions.sort(key=lambda pair: pair[1], reverse=True)
        finished = [pair for pair in extensions[:width] if pair[0][-1] == end]
        live = [pair for pair in extensions if pair[0][-1] != end][:width]
        kept.append(live + finished)
    return kept


# %% choose-solution
def choose(kept, start, alpha, end):
    best, best_score = None, -math.inf
    for number, step in enumerate(kept):
        for ids, score in step:
            if ids[-1] == end or number == len(kept) - 1:
                normalized = score / math.pow(number + 1, alpha)
                if normalized > best_score:
                    best, best_score = ids, normalized
    return list(best[len(start) :])


# %% temperature-solution
def temper(logits, temperature):
    return torch.log_softmax(logits / temperature, dim=-1)


# %% top-k-solution
def keep_top_k(logits, k):
    ordered = logits.sort(dim=-1, descending=True).values
    least = ordered[..., min(k, ordered.shape[-1]) - 1]
    return torch.where(logits >= least.unsqueeze(-1), logits, torch.finfo(logits.dtype).min)


# %% top-p-solution
def keep_top_p(logits, p):
    ordered, places = torch.sort(logits, dim=-1)
    below = ordered.double().softmax(dim=-1).cumsum(dim=-1)
    removed = below <= 1 - p
    removed[..., -1] = False
    return logits.masked_fill(removed.gather(-1, places.argsort(dim=-1)), -torch.inf)


# %% penalty-solution
def penalize(logits, ids, penalty):
    result = logits.clone()
    for i in set(ids):
        result[i] = result[i] / penalty if result[i] > 0 else result[i] * penalty
    return result


# %% sample-solution
def sample(logits, n, temperature=1.0, k=None, p=1.0):
    logits = logits / temperature
    if k:
        logits = keep_top_k(logits, k)
    if p < 1:
        logits = keep_top_p(logits, p)
    noise = -torch.log(-torch.log(torch.rand(n, len(logits), dtype=torch.float64)))
    return (logits + noise).argmax(dim=-1)
