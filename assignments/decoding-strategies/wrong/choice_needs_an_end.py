# loses = ["choose"]
# why = "looks only at texts that ended, and has no answer if there is none"

# %% choose-solution
def choose(kept, start, alpha, end):
    candidates = [pair for step in kept for pair in step if pair[0][-1] == end]
    ids, _ = max(candidates, key=lambda pair: pair[1] / (len(pair[0]) - len(start)) ** alpha)
    return list(ids[len(start) :])
