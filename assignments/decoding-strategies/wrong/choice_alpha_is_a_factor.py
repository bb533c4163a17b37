# loses = ["choose"]
# why = "divides by alpha times the length instead of a power of it"

# %% choose-solution
def choose(kept, start, alpha, end):
    candidates = [pair for step in kept for pair in step if pair[0][-1] == end]
    candidates += [pair for pair in kept[-1] if pair[0][-1] != end]
    ids, _ = max(
        candidates, key=lambda pair: pair[1] / (alpha * (len(pair[0]) - len(start)) if alpha else 1)
    )
    return list(ids[len(start) :])
