# loses = ["choose"]
# why = "divides by the length of prompt and text together"

# %% choose-solution
def choose(kept, start, alpha, end):
    candidates = [pair for step in kept for pair in step if pair[0][-1] == end]
    candidates += [pair for pair in kept[-1] if pair[0][-1] != end]
    ids, _ = max(candidates, key=lambda pair: pair[1] / len(pair[0]) ** alpha)
    return list(ids[len(start) :])
