# loses = ["choose"]
# why = "takes the most probable text, whatever alpha is"

# %% choose-solution
def choose(kept, start, alpha, end):
    candidates = [pair for step in kept for pair in step if pair[0][-1] == end]
    candidates += [pair for pair in kept[-1] if pair[0][-1] != end]
    ids, _ = max(candidates, key=lambda pair: pair[1])
    return list(ids[len(start) :])
